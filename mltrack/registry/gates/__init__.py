"""Gates: what a version must show before it may go to a stage; rules are a list, not code."""
