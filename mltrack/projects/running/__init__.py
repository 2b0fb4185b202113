"""A project's command: what it is told, how it runs and ends, and what is kept of it."""
