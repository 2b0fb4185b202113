"""Write whole files and whole folders so that a reader never sees half of one."""

import contextlib
import os
import shutil
from collections.abc import Iterator
from pathlib import Path

from mltrack.errors import StoreWriteError
from mltrack.store.ids import new_writer

_ATTEMPTS = 5


@contextlib.contextmanager
def explained(path: Path) -> Iterator[None]:
    """Turn a failure of the machine while writing `path` into an error that names it."""
    try:
        yield
    except OSError as error:
        raise StoreWriteError(
            f"could not write {path}: {error.strerror or error}",
            fix="free some space or check the permissions, then try again",
        ) from error


def write_file(path: Path, data: bytes, *, tmp: Path, sync: bool = True) -> None:
    """Replace `path` by a file that holds `data`, or leave it as it was.

    Args:
        path: the file; its folder is made when it is missing.
        data: the whole content.
        tmp: a folder on the same file system, for the file while it is written.
        sync: whether file and folder reach the disk before this returns.

    Raises:
        StoreWriteError: the disk or the file system refused.
    """
    with explained(path):
        tmp.mkdir(parents=True, exist_ok=True)
        temporary = tmp / f"{path.name}.{os.getpid()}.{new_writer()}"
        try:
            _write_new(temporary, data, mode=_mode_of(path), sync=sync)
            _rename(temporary, path)
        except BaseException:
            temporary.unlink(missing_ok=True)
            raise
        if sync:
            sync_folder(path.parent)


def _mode_of(path: Path) -> int | None:
    try:
        return path.stat().st_mode & 0o777
    except OSError:
        return None


def _write_new(path: Path, data: bytes, *, mode: int | None, sync: bool) -> None:
    descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC, 0o666)
    try:
        if mode is not None:
            os.fchmod(descriptor, mode)
        write_all(descriptor, data)
        if sync:
            os.fsync(descriptor)
    finally:
        os.close(descriptor)


def write_all(descriptor: int, data: bytes) -> None:
    """Write every byte of `data`, however many calls that takes."""
    view = memoryview(data)
    while view:
        view = view[os.write(descriptor, view) :]


def _rename(source: Path, target: Path) -> None:
    """Rename, making the target's folder again when git has removed it in the meantime."""
    for attempt in range(_ATTEMPTS):
        try:
            source.replace(target)
        except FileNotFoundError:
            if attempt == _ATTEMPTS - 1 or not source.exists():
                raise
            target.parent.mkdir(parents=True, exist_ok=True)
        else:
            return


def sync_folder(folder: Path) -> None:
    """Make the names in a folder safe against a power cut, where the system can."""
    with contextlib.suppress(OSError):
        descriptor = os.open(folder, os.O_RDONLY)
        try:
            os.fsync(descriptor)
        finally:
            os.close(descriptor)


@contextlib.contextmanager
def built_folder(target: Path, *, tmp: Path, sync: bool = True) -> Iterator[Path]:
    """Give an empty folder to fill; on success it becomes `target`, which must not exist.

    Raises:
        StoreWriteError: the target exists, or the disk refused.
    """
    with explained(target):
        building = tmp / f"{target.name}.{os.getpid()}.{new_writer()}"
        building.mkdir(parents=True)
        try:
            yield building
            if sync:
                _sync_tree(building)
            _rename(building, target)
            if sync:
                sync_folder(target.parent)
        except BaseException:
            shutil.rmtree(building, ignore_errors=True)
            raise


def _sync_tree(folder: Path) -> None:
    for path in sorted(folder.rglob("*")):
        descriptor = os.open(path, os.O_RDONLY)
        try:
            os.fsync(descriptor)
        finally:
            os.close(descriptor)
    sync_folder(folder)
