"""The file that a user names for a result: not in the store, not in the way, whole or not there."""

import contextlib
import os
from collections.abc import Iterator
from pathlib import Path
from typing import BinaryIO

from mltrack.api.store import found_store, start_folder
from mltrack.errors import ConflictError, NotFoundError, UsageError


def is_there(output: str | Path) -> bool:
    """Tell whether there is a file that a new one would take the place of."""
    path = start_folder() / output
    return os.access(path, os.F_OK) and path.is_file()


def place_of(output: str | Path, *, overwrite: bool) -> Path:
    """Return the path of a file that is to be written. Devices and pipes are written to.

    Raises:
        UsageError: it is a folder, or lies in the store, or is a link that leads there.
        ConflictError: it is there, and `overwrite` was not given.
    """
    path, store = start_folder() / output, None
    with contextlib.suppress(NotFoundError):  # whoever needs a store says that it is not there
        store = found_store()
    if os.access(path, os.F_OK) and path.is_dir():
        raise UsageError(f"{output} is a folder", fix="name a file in it")
    if store and any(at.is_relative_to(store.root.resolve()) for at in _ends_of(path)):
        raise UsageError(
            f"{output} is in the store, where only mltrack's own files are",
            fix="choose another place",
        )
    if is_there(output) and not overwrite:
        raise ConflictError(f"{output} is there already", fix="choose another name, or replace it")
    return path


@contextlib.contextmanager
def written(path: Path) -> Iterator[BinaryIO]:
    """Give the file at a place to write, in a folder that is made where it is missing.

    Raises:
        StoreWriteError: the disk refused.
    """
    from mltrack.store.atomic import explained
    from mltrack.store.output_file import replaced
    from mltrack.store.signals import unwinding

    with explained(path):
        path.parent.mkdir(parents=True, exist_ok=True)
    with unwinding(), replaced(path) as stream:
        yield stream


def _ends_of(path: Path) -> Iterator[Path]:
    """Yield where a path lies, and where it leads if it is a link."""
    yield path.parent.resolve() / path.name
    with contextlib.suppress(RuntimeError):  # a link that leads to itself: the disk will say so
        yield path.resolve()
