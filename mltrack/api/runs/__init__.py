"""Runs as a program asks for them: read, found, compared, changed and removed."""
