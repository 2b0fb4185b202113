"""Check a store: what is broken in it, what git is about to take, and what can be mended."""
