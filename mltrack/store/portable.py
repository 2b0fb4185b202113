"""Tell whether a path can lie in a git work tree on every file system."""

import re
from collections.abc import Iterable
from fnmatch import fnmatchcase
from pathlib import PurePosixPath

IGNORED = (".ds_store", ".nfs*", "*.swp", "__pycache__", ".ipynb_checkpoints")
"""What the store's own `.gitignore` keeps out of git, in lower case."""

_DEVICES = re.compile(r"(con(in\$|out\$)?|prn|aux|nul|(com|lpt)[0-9¹²³])(\.|\Z)", re.IGNORECASE)
_SURROGATE = re.compile("[\ud800-\udfff]")
"""How Python has the bytes of a name that is not UTF-8."""
_UNPORTABLE = frozenset('<>:"|?*\\')
_SURELY_PORTABLE = re.compile(
    r"((?!(con|prn|aux|nul|(com|lpt)[0-9])([./]|\Z)|__pycache__(/|\Z))"
    r"[\w-]+(\.[\w-]+)*(?<!\.swp)(/(?!\Z)|\Z))+\Z",
    re.IGNORECASE | re.ASCII,
)
"""Most paths; of ten thousand, a look at each rule takes longer than to copy the files."""
_MAX_PART_BYTES = 200
_MAX_BYTES = 500
"""Of a whole path: the store lies in folders of its own, and systems limit both together."""


def is_portable(path: str) -> bool:
    """Tell whether every part of a path may lie in place, whatever the file system."""
    if len(path) <= _MAX_PART_BYTES and _SURELY_PORTABLE.match(path):
        return True
    return len(path.encode("utf-8", "surrogatepass")) <= _MAX_BYTES and all(
        _part_is_portable(part) for part in PurePosixPath(path).parts
    )


def _part_is_portable(part: str) -> bool:
    lower = part.lower()
    return not (
        lower.startswith((".git", "git~1"))
        or any(fnmatchcase(lower, pattern) for pattern in IGNORED)
        or _DEVICES.match(part)
        or part.endswith((".", " "))
        or set(part) & _UNPORTABLE
        or len(part.encode("utf-8", "surrogatepass")) > _MAX_PART_BYTES
        or _SURROGATE.search(part)
    )


class Names:
    """The paths of one folder, kept so that a new one is checked in a few look-ups."""

    __slots__ = ("_files", "_folders", "_spellings")

    def __init__(self, paths: Iterable[str]) -> None:
        self._files: set[str] = set()
        self._folders: set[str] = set()
        self._spellings: dict[str, str] = {}
        for path in paths:
            self.add(path)

    def add(self, path: str) -> None:
        """Take note of a file."""
        parents = _parents(path)
        self._files.add(path)
        self._folders.update(parents)
        for part in (path, *parents):
            self._spellings.setdefault(part.casefold(), part)

    def has(self, path: str) -> bool:
        """Tell whether a file of exactly this path stands here."""
        return path in self._files

    def blocks(self, path: str) -> str | None:
        """Return the file or folder here that keeps a file from lying at `path`, or None."""
        if path in self._folders:
            return path
        return next((parent for parent in _parents(path) if parent in self._files), None)

    def differs_by_case_only(self, path: str) -> bool:
        """Tell whether `path`, or a folder of it, stands here in another spelling."""
        parts = (path, *_parents(path))
        return any(self._spellings.get(part.casefold(), part) != part for part in parts)


def _parents(path: str) -> list[str]:
    """Return the folders of a path, the nearest first; of many paths, pathlib takes too long."""
    if "/" not in path:
        return []
    ends = [at for at, character in enumerate(path) if character == "/"]
    return [path[:end] for end in reversed(ends)]
