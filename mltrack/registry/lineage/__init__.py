"""Where a version comes from, what was found of it, and which versions came from a data set."""
