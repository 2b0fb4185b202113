"""Remove what nothing names any more: old deleted runs, objects, leftovers."""
