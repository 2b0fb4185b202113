"""Runs as one page, and what a branch adds as a comment."""
