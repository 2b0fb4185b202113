"""Bytes and text on disk: atomic, locked where needed, versioned; git, settings, identity."""
