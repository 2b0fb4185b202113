"""Where a report goes: a file that is written whole or not at all."""

from pathlib import Path

from mltrack.api.store import opened_store, start_folder
from mltrack.errors import ConflictError, UsageError
from mltrack.models.rows.output_file import replaced


def writable(output: str | Path, *, overwrite: bool) -> Path:
    """Return the path of a file that may be written.

    Raises:
        UsageError: it is a folder, lies in none, or lies in the store.
        ConflictError: it is there, and `overwrite` was not given.
    """
    path = start_folder() / output
    if path.is_dir():
        raise UsageError(f"{output} is a folder", fix=f"name a file, such as {output}/report.html")
    if not path.parent.is_dir():
        folder = Path(output).parent
        raise UsageError(f"there is no folder {folder}", fix=f"mkdir -p {folder}")
    if (path.parent.resolve() / path.name).is_relative_to(opened_store().root.resolve()):
        raise UsageError(
            f"{output} is in the store, where only mltrack's own files are", fix="choose another"
        )
    if path.exists() and not overwrite:
        raise ConflictError(f"{output} is there already", fix="name another file, or overwrite it")
    return path


def put(path: Path, data: bytes) -> None:
    """Write the file.

    Raises:
        StoreWriteError: the disk refused.
    """
    with replaced(path) as file:
        file.write(data)
