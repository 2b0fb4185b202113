"""Modules of the user's project: where things are imported from, and how modules travel."""
