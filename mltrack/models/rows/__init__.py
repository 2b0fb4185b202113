"""Rows of files: read as a signature says, predicted a chunk at a time, written."""
