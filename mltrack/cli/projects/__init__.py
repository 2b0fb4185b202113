"""The commands that run projects and build their environments."""
