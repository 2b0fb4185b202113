"""Versions of models, their stages, and who moved them there, folded from immutable events."""
