"""Save a model, load it, look into it, predict with it."""
