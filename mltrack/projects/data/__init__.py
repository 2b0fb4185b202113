"""The data behind parameters: found or fetched, and known by its digest."""
