"""The commands that log, show, compare and change runs."""
