"""The commands that are about the store itself."""
