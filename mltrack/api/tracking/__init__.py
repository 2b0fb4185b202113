"""Log a run: begin one, take one up again, write to it."""
