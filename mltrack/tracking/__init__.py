"""Runs: what is logged while they live, and the fold that reads them back."""
