"""Which files a command has left that become artifacts: those that the project's patterns match."""

import os
from collections.abc import Iterator, Sequence
from fnmatch import fnmatchcase
from pathlib import Path, PurePosixPath
from typing import NamedTuple

from mltrack.projects.spec import Output
from mltrack.store.layout import NO_CODE
from mltrack.store.manifest import is_artifact_path

_ANY_DEPTH = "**"
_WILD = frozenset("*?[")
_MOST_LINES = 20
_CLOCK_SECONDS = 2.0
"""File systems tell times so coarsely."""


class Found(NamedTuple):
    """What was found.

    Attributes:
        files: each file, and the path of the artifact that it becomes.
        notices: a line for each thing that was left out.
    """

    files: list[tuple[Path, str]]
    notices: list[str]


def found(
    folder: Path, outputs: Sequence[Output], *, since: float, only_new: bool = False
) -> Found:
    """Return the files that the patterns match, each once; nothing is read.

    Args:
        folder: the project's.
        outputs: the patterns, each relative to it.
        since: when the command began, in Unix seconds.
        only_new: leave out what is older, and say nothing.
    """
    search = _Search(folder.absolute(), since - _CLOCK_SECONDS, only_new=only_new)
    for output in outputs:
        search.add(output)
    files = [(path, place) for place, path in search.files.items()]
    return Found(files, [] if only_new else search.said())


class _Search:
    """What was found so far."""

    def __init__(self, folder: Path, moment: float, *, only_new: bool) -> None:
        self.files: dict[str, Path] = {}
        self.notices: dict[str, None] = {}
        self._folder = folder
        self._top = folder.resolve()
        self._moment = moment
        self._only_new = only_new

    def said(self) -> list[str]:
        """Return what is to be said, which is not a line for each of a million files."""
        more = len(self.notices) - _MOST_LINES
        rest = [f"outputs: and {more} more of the like"] if more > 0 else []
        return [*list(self.notices)[:_MOST_LINES], *rest]

    def add(self, output: Output) -> None:
        """Take in what a pattern matches."""
        parts = [part for part in PurePosixPath(output.pattern).parts if part != "."]
        if not parts or PurePosixPath(output.pattern).is_absolute() or ".." in parts:
            self._say(f"{output.pattern} leads out of the project, and was passed over")
            return
        base = _fixed(self._folder, parts) if output.to else self._folder
        matched = old = 0
        for path in self._usable(parts):
            is_old = _is_older(path, self._moment)
            matched, old = matched + 1, old + is_old
            if not (is_old and self._only_new):
                self._take(path, PurePosixPath(output.to, path.relative_to(base)).as_posix())
        if not matched:
            self._say(f"nothing matches {output.pattern}")
        elif old:
            self._say(f"{old} of {matched} files of {output.pattern} are older than this run")

    def _usable(self, parts: Sequence[str]) -> Iterator[Path]:
        for match in _matches(self._folder, parts):
            for path in _below(match) if self._may_be_followed(match) else ():
                is_fine = not path.is_symlink() or self._may_be_followed(path)
                if is_fine and not path.is_dir() and self._can_be_named(path):
                    yield path

    def _can_be_named(self, path: Path) -> bool:
        name = path.relative_to(self._folder).as_posix()
        if is_artifact_path(name):
            return True
        self._say(f"{name!r} cannot be the path of an artifact, and was passed over")
        return False

    def _may_be_followed(self, path: Path) -> bool:
        fault = self._fault_of(path)
        if fault:
            name = path.relative_to(self._folder).as_posix()
            self._say(f"{name} is a link {fault}, and was passed over")
        return not fault

    def _fault_of(self, path: Path) -> str:
        """Return where a link leads that may not be followed; nothing where all is well."""
        try:
            end = path.resolve()
        except (OSError, RuntimeError):
            return "to itself"
        if not end.is_relative_to(self._top):
            return "out of the project"
        if any(part.lower() in NO_CODE for part in end.relative_to(self._top).parts):
            return "to what belongs to git or to the store"
        if not end.exists():
            return "to nothing"
        return "" if end.is_file() or end.is_dir() else "to no file"

    def _take(self, path: Path, place: str) -> None:
        before = self.files.setdefault(place, path)
        if before != path:
            self._say(f"{before.name} and another file both become {place}: the first is kept")

    def _say(self, line: str) -> None:
        self.notices.setdefault(f"outputs: {line}")


def _is_older(path: Path, moment: float) -> bool:
    try:
        return path.stat().st_mtime < moment
    except OSError:  # it went meanwhile, and is missed when it is to be kept
        return False


def _fixed(folder: Path, parts: Sequence[str]) -> Path:
    """Return the folder that the pattern names before anything in it may vary."""
    path = folder
    for part in parts:
        if not _WILD.isdisjoint(part):
            break
        path = path / part
    return path if path.is_dir() else path.parent


class _Matching(NamedTuple):
    """A folder to be looked through.

    Attributes:
        at: which parts of the pattern its entries may match, by number.
        is_taken: whether it is below a match, so that only links to folders add anything.
    """

    folder: Path
    at: frozenset[int]
    is_taken: bool = False


def _matches(folder: Path, parts: Sequence[str]) -> Iterator[Path]:
    """Yield what a pattern matches, without entering what belongs to git or to the store.

    Each folder is looked through once, however many ways of the pattern lead to it.
    """
    end = len(parts)
    waiting = [_Matching(folder, _ways(parts, {0}))]
    if end in waiting[0].at:
        yield folder
        return
    while waiting:
        one, inner = waiting.pop(), []
        for entry in _entries(one.folder):
            at = _ways(parts, _next(parts, one.at, entry))
            path = Path(entry.path)
            is_folder = bool(at) and path.is_dir()
            if end in at and (not one.is_taken or (is_folder and entry.is_symlink())):
                yield path
            if is_folder and at != {end}:
                inner.append(_Matching(path, at - {end}, one.is_taken or end in at))
        waiting += reversed(inner)


def _next(parts: Sequence[str], at: frozenset[int], entry: "os.DirEntry[str]") -> set[int]:
    """Return which parts come next below an entry; `**` stands for no link."""
    found = set()
    for number in at:
        if parts[number] != _ANY_DEPTH:
            if fnmatchcase(entry.name, parts[number]):
                found.add(number + 1)
        elif entry.is_dir(follow_symlinks=False):
            found.add(number)
    return found


def _ways(parts: Sequence[str], at: set[int]) -> frozenset[int]:
    """Return the same parts and those after a `**`, which stands for no folder, too."""
    for number, part in enumerate(parts):
        if number in at and part == _ANY_DEPTH:
            at.add(number + 1)
    return frozenset(at)


def _below(match: Path) -> Iterator[Path]:
    """Yield the files that a match stands for: itself, or all in a folder; and links."""
    if not match.is_dir():
        if match.is_file() or match.is_symlink():
            yield match
        return
    waiting = [match]
    while waiting:
        inner = []
        for entry in _entries(waiting.pop()):
            if entry.is_dir(follow_symlinks=False):
                inner.append(Path(entry.path))
            elif entry.is_symlink() or entry.is_file():
                yield Path(entry.path)
        waiting += reversed(inner)


def _entries(folder: Path) -> "list[os.DirEntry[str]]":
    try:
        with os.scandir(folder) as entries:
            mine = [entry for entry in entries if entry.name.lower() not in NO_CODE]
    except OSError:
        return []
    return sorted(mine, key=lambda entry: entry.name)
