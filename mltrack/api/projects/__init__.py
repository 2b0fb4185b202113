"""Run a project, run it again, and tell whether it comes to the same."""
