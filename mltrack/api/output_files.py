"""Whether a file that a user names may be written: outside the store, and in nobody's way."""

import os
from pathlib import Path

from mltrack.api.store import found_store, start_folder
from mltrack.errors import ConflictError, UsageError


def is_there(output: str | Path) -> bool:
    """Tell whether there is a file that a new one would take the place of."""
    path = start_folder() / output
    return os.access(path, os.F_OK) and path.is_file()


def place_of(output: str | Path, *, overwrite: bool) -> Path:
    """Return the path of a file that is to be written. Devices and pipes are written to.

    Raises:
        UsageError: it is a folder, or lies in the store.
        ConflictError: it is there, and `overwrite` was not given.
    """
    path, store = start_folder() / output, found_store()
    if os.access(path, os.F_OK) and path.is_dir():
        raise UsageError(f"{output} is a folder", fix="name a file in it")
    if store and (path.parent.resolve() / path.name).is_relative_to(store.root.resolve()):
        raise UsageError(
            f"{output} is in the store, where only mltrack's own files are",
            fix="choose another place",
        )
    if is_there(output) and not overwrite:
        raise ConflictError(f"{output} is there already", fix="choose another name, or replace it")
    return path
