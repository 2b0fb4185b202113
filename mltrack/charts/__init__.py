"""Curves as people see them: axes, fewer points, lines of text; pure, free of files."""
