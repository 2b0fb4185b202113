"""The runs of a store as tables that answer at once; the files remain the truth."""
