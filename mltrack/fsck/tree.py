"""Walk a store without trusting it: no link is followed, nothing is opened, nothing raises."""

import os
import stat
import unicodedata
from collections.abc import Iterator
from enum import StrEnum
from fnmatch import fnmatchcase
from pathlib import Path
from typing import NamedTuple

from mltrack.store.portable import IGNORED


class Shape(StrEnum):
    """What stands at a path."""

    FILE = "file"
    FOLDER = "folder"
    LINK = "link"
    OTHER = "other"
    UNREADABLE = "unreadable"


class Found(NamedTuple):
    """Something in the store.

    Attributes:
        path: relative to the store, with slashes.
        shape: what stands there.
        size: in bytes, of a file.
        modified: when it was written last, in Unix seconds.
        twin: a name beside it that differs by case only; empty when there is none.
        fault: what the system said of what cannot be read.
    """

    path: str
    shape: Shape
    size: int = 0
    modified: float = 0.0
    twin: str = ""
    fault: str = ""

    @property
    def is_file(self) -> bool:
        """Tell whether it can be opened: a pipe would wait for ever, a link may lead anywhere."""
        return self.shape is Shape.FILE


def walk(root: Path, top: str) -> Iterator[Found]:
    """Yield what lies at and below `root / top`, each folder before what is in it, by name.

    What git never sees (`.DS_Store`, `*.swp`) is passed over.
    """
    waiting = [_looked_at(root, top, "")]
    while waiting:
        found = waiting.pop()
        if found is None:
            continue
        yield found
        if found.shape is Shape.FOLDER:
            names, fault = _names_in(root / found.path)
            if fault:
                yield Found(found.path, Shape.UNREADABLE, fault=fault)
            twins = _twins(names)
            waiting += [
                _looked_at(root, f"{found.path}/{name}", twins.get(name, ""))
                for name in reversed(names)
            ]


def names_below(root: Path) -> list[str]:
    """Return the names that stand in the store's own folder."""
    return _names_in(root)[0]


def _names_in(folder: Path) -> tuple[list[str], str]:
    try:
        return sorted(n for n in os.listdir(folder) if not _is_passed_over(n)), ""  # noqa: PTH208
    except OSError as error:
        return [], error.strerror or str(error)


def _is_passed_over(name: str) -> bool:
    lower = name.lower()
    return any(fnmatchcase(lower, pattern) for pattern in IGNORED)


def _twins(names: list[str]) -> dict[str, str]:
    spellings: dict[str, str] = {}
    twins: dict[str, str] = {}
    for name in names:
        other = spellings.setdefault(unicodedata.normalize("NFC", name).casefold(), name)
        if other != name:
            twins[name] = other
    return twins


def _looked_at(root: Path, path: str, twin: str) -> Found | None:
    """Return what stands at a path; None when it is gone by now."""
    try:
        state = (root / path).lstat()
    except (FileNotFoundError, NotADirectoryError):
        return None
    except (OSError, ValueError) as error:
        return Found(path, Shape.UNREADABLE, fault=str(getattr(error, "strerror", error)))
    return Found(path, _shape_of(state.st_mode), state.st_size, state.st_mtime, twin)


def _shape_of(mode: int) -> Shape:
    if stat.S_ISREG(mode):
        return Shape.FILE
    if stat.S_ISDIR(mode):
        return Shape.FOLDER
    return Shape.LINK if stat.S_ISLNK(mode) else Shape.OTHER
