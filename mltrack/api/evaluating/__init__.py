"""Find out how good models are, and keep it as runs."""
