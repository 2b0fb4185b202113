"""What the files of stores name: every work tree's, committed or not."""

import os
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

from mltrack.errors import ConflictError
from mltrack.gc.mentions import digests_in, runs_in
from mltrack.store.events import SUFFIX
from mltrack.store.ids import is_id
from mltrack.store.layout import ARTIFACTS, MANIFEST, RUN, STORE_NAME, run_in
from mltrack.store.yaml_reader import MAX_BYTES

_PASSED_OVER = frozenset({"objects", "cache", "locks", "local"})
_WHOLE = (b"format:", b"files:")


class InFiles(NamedTuple):
    """What the files of stores name.

    Attributes:
        digests: by run, what its manifests and record name; what anything else names is under "".
        runs: the runs that events of models name.
        damaged: manifests that are not whole, so that they may name more than can be seen.
    """

    digests: dict[str, set[str]]
    runs: set[str]
    damaged: list[Path]


def named_in_files(own: Path, others: list[Path]) -> InFiles:
    """Return what the files of stores name.

    Args:
        own: the store in which something is to be removed.
        others: the same store in other work trees; none of their runs is removed.

    Raises:
        ConflictError: a folder or file cannot be read.
    """
    found = InFiles({}, set(), [])
    try:
        for root in (own, *others):
            for path in _files_below(root):
                _take(found, path, owner=_owner(path, root) if root == own else "")
    except OSError as error:
        raise ConflictError(
            f"{error.filename} cannot be read, so what it names is not known: {error.strerror}",
            fix="see to its permissions, then try again",
        ) from error
    return found


def _files_below(folder: Path, *, top: bool = True) -> Iterator[Path]:
    """Yield the files that may name something; links are never followed."""
    with os.scandir(folder) as entries:
        found = list(entries)
    for entry in found:
        if entry.is_dir(follow_symlinks=False):
            if not (top and entry.name in _PASSED_OVER):
                yield from _files_below(Path(entry.path), top=False)
        elif entry.is_file(follow_symlinks=False):
            yield Path(entry.path)


def _owner(path: Path, root: Path) -> str:
    """Return the run in whose folders a file lies, or an empty text."""
    parts = path.relative_to(root).parts
    name = run_in(parts[3]) if len(parts) > 4 and parts[0] == "runs" else ""  # noqa: PLR2004
    return name if is_id(name) else ""


def _take(found: InFiles, path: Path, *, owner: str) -> None:
    try:
        if path.name in {MANIFEST, RUN}:
            with path.open("rb") as file:
                size = os.fstat(file.fileno()).st_size
                found.digests.setdefault(owner, set()).update(digests_in(file, size))
            if path.name == MANIFEST and _is_in_use(path) and not _is_whole(path):
                found.damaged.append(path)
        elif "events" in path.parts and path.suffix == SUFFIX:
            found.runs.update(runs_in(path.read_bytes()))
    except FileNotFoundError:
        return  # it was on its way to its place; what it names has just been touched


def _is_in_use(path: Path) -> bool:
    """Tell whether this is a list that we keep: no user's file of that name, nor one set aside."""
    return not {ARTIFACTS, "quarantine", "tmp"} & set(path.parts[path.parts.index(STORE_NAME) :])


def _is_whole(path: Path) -> bool:
    """Tell whether a manifest shows no sign of having been cut, emptied or half merged."""
    if path.stat().st_size > MAX_BYTES:
        return False
    data = path.read_bytes()
    return (
        data.endswith(b"\n")
        and all(word in data for word in _WHOLE)
        and not any(mark in data for mark in (b"<<<<<<<", b">>>>>>>"))
    )
