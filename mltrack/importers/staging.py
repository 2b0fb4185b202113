"""A run from elsewhere, copied to this store's `tmp` and checked before anything is decided."""

import hashlib
import shutil
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import NamedTuple

from mltrack.errors import IntegrityError
from mltrack.importers import strangers
from mltrack.importers.folders import copy_folder, files_of
from mltrack.store.atomic import explained, unused
from mltrack.store.ids import MAIN_WRITER
from mltrack.store.layout import GITIGNORE, METRICS, RUN, Layout
from mltrack.tracking import codec
from mltrack.tracking.copies import put_back
from mltrack.tracking.fold import Journal, ending_of, in_order
from mltrack.tracking.stored_rows import open_rows

BASE_LENGTH = 24
"""Of an id without the four digits that tell two runs apart which claim one id."""


class Staged(NamedTuple):
    """A run that was copied.

    Attributes:
        run_id: its id where it came from.
        folders: where the copy of each writer lies, the creator's last.
        live: the writers who may still be writing there.
    """

    run_id: str
    folders: dict[str, Path]
    live: frozenset[str]

    @property
    def has_record(self) -> bool:
        """Tell whether the creator's folder is there."""
        return MAIN_WRITER in self.folders


def writers_there(source: Layout, run_id: str, further: Sequence[str]) -> list[str]:
    """Return the writers of a run whose folders can be imported, the creator last."""
    record = source.run_folder(run_id) / RUN
    whole = record.is_symlink() or record.exists()
    return [*further, *([MAIN_WRITER] if whole else [])]


@contextmanager
def staged(source: Layout, run_id: str, writers: Sequence[str], *, tmp: Path) -> Iterator[Staged]:
    """Give a checked copy of a run, which goes away afterwards.

    Raises:
        IntegrityError: a file of it is broken, or is no file.
        StoreWriteError: the disk refused.
    """
    top = unused(tmp)
    hidden = {w for w in writers if is_hidden(source.writer_folder(run_id, w))}
    try:
        with explained(top):
            folders = {writer: top / writer for writer in writers}
            for writer, folder in folders.items():
                copy_folder(source.writer_folder(run_id, writer), folder)
        if MAIN_WRITER in folders:
            _check_record(folders[MAIN_WRITER] / RUN, run_id)
        yield Staged(run_id, folders, frozenset(_live(folders, hidden)))
    finally:
        shutil.rmtree(top, ignore_errors=True)


def _check_record(path: Path, run_id: str) -> None:
    record = codec.decode(path.read_bytes(), RUN)
    if record.id != run_id:
        raise IntegrityError(f"{RUN} is the record of another run, {record.id}")


def is_hidden(folder: Path) -> bool:
    """Tell whether the folder of a writer is hidden from git, as while somebody writes to it."""
    return (folder / GITIGNORE).exists()


def _live(folders: dict[str, Path], hidden: set[str]) -> Iterator[str]:
    """Yield the writers that had not ended, as far as their files tell.

    Args:
        folders: where the copy of each writer lies.
        hidden: the writers that were hidden from git before they were copied.
    """
    for writer, folder in folders.items():
        if writer != MAIN_WRITER:
            lives = writer in hidden
        else:
            record = codec.decode((folder / RUN).read_bytes(), RUN)
            lives = record.status == "running" and (writer in hidden or _is_silent(folders))
        if lives:
            yield writer


def _is_silent(folders: dict[str, Path]) -> bool:
    """Tell whether nobody has said how the run ended."""
    journals = [
        Journal(name, open_rows(f / METRICS, keep_open=False)) for name, f in folders.items()
    ]
    return bool(ending_of(in_order(put_back(journals))).silent)


def base_of(run_id: str) -> str:
    """Return an id without the digits that tell two runs apart."""
    return run_id[:BASE_LENGTH]


def digest_of(staged_run: Staged) -> str:
    """Return the sha256 of all that a run says, whatever digits its id ends in.

    It is that of the lines `<sha256 of the file>  <writer>/<file>`, sorted by writer and file.
    """
    lines = []
    for writer, folder in sorted(staged_run.folders.items()):
        for name in files_of(folder):
            if name == RUN:
                data = as_record_of(folder / RUN, staged_run.run_id, base_of(staged_run.run_id))
                digest = hashlib.sha256(data).hexdigest()
            else:
                digest = strangers.sha256_of(folder / name)
            lines.append(f"{digest}  {writer}/{name}\n")
    return hashlib.sha256("".join(lines).encode()).hexdigest()


def as_record_of(path: Path, run_id: str, new_id: str) -> bytes:
    """Return a run.yaml with another id, every other key as it is.

    Raises:
        ConflictError: a newer mltrack wrote it.
    """
    data = path.read_bytes()
    if run_id == new_id:
        return data
    return codec.with_other_id(data, RUN, new_id)
