"""The report: one page that needs nothing but itself, and a comment for a pull request."""
