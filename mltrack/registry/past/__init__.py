"""What the registry held at another time, and what changed since."""
