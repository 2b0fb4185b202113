"""Bring runs and models in from elsewhere: one module a kind of source."""
