"""Register, promote and review models, and ask what happened to them."""
