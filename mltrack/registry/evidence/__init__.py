"""All that speaks for a version, in one file that opens without us."""
