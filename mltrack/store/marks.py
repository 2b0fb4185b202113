"""By what a file that changed is known from one that did not, without opening it."""

import os
from collections.abc import Iterable

Mark = tuple[int, ...] | None
"""Times, size, mode and number of a file; None where there is none.

The time of the last change of state is among them, which no program sets back.
"""


def mark_of(path: str | os.PathLike[str]) -> Mark:
    """Return what the system says of a file, a folder or a link itself."""
    try:
        found = os.lstat(path)
    except OSError:
        return None
    return found.st_ctime_ns, found.st_mtime_ns, found.st_size, found.st_ino, found.st_mode


def marks_of(paths: Iterable[str]) -> dict[str, Mark]:
    """Return the mark of each path."""
    return {path: mark_of(path) for path in paths}


def still_fit(marks: dict[str, Mark]) -> bool:
    """Tell whether every path is as it was when it was marked."""
    return all(mark_of(path) == mark for path, mark in marks.items())
