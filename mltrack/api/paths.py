"""Paths as they are said to people, and by them."""

import os
from pathlib import Path


def shortest(path: Path) -> Path:
    """Return a path as it is shortest to read: relative where it lies below this folder."""
    here = Path.cwd()
    whole = Path(os.path.normpath(path))  # noqa: TID251 - resolve() would follow links
    return whole.relative_to(here) if whole.is_relative_to(here) else whole
