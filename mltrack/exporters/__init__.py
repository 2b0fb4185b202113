"""Hand runs on: to tables, to frames, and to a zip file that another store imports."""
