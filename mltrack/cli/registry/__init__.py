"""The commands that name, promote and ask about models."""
