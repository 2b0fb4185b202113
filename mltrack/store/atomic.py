"""Write whole files and whole folders so that a reader never sees half of one."""

import contextlib
import errno
import os
import sys
from collections.abc import Container, Iterator
from pathlib import Path

from mltrack.errors import StoreWriteError
from mltrack.store.ids import WRITER, new_writer
from mltrack.store.layout import refuse_links

_ATTEMPTS = 5
_PID_DIGITS = 10
_CANNOT_SYNC = frozenset(
    {errno.EINVAL, errno.ENOTSUP, errno.ENOSYS, errno.EBADF, errno.EACCES, errno.EPERM}
)
"""What a file system answers that has no fsync for folders; EIO and ENOSPC are failures."""


@contextlib.contextmanager
def explained(path: Path) -> Iterator[None]:
    """Turn a failure of the machine while writing `path` into an error that names it."""
    try:
        yield
    except BrokenPipeError:  # whoever reads a pipe has read enough
        raise
    except OSError as error:
        raise StoreWriteError(
            f"could not write {path}: {error.strerror or error}",
            fix="free some space or check the permissions, then try again",
        ) from error


def write_file(
    path: Path, data: bytes, *, tmp: Path, sync: bool = True, sync_name: bool = True
) -> None:
    """Replace `path` by a file that holds `data`, or leave it as it was.

    Args:
        path: the file; its folder is made when it is missing.
        data: the whole content.
        tmp: a folder on the same file system, for the file while it is written.
        sync: whether file and folder reach the disk before this returns.
        sync_name: whether the folder does too; if not, a power cut may bring the old file back.

    Raises:
        StoreWriteError: the disk or the file system refused.
        IntegrityError: the path leads over a symbolic link inside the store.
    """
    refuse_links(path)
    refuse_links(tmp)
    with explained(path):
        temporary = unused(tmp)
        try:
            _write_new(temporary, data, mode=_mode_of(path), sync=sync)
            move(temporary, path, sync=sync and sync_name)
        except BaseException:
            temporary.unlink(missing_ok=True)
            raise


def unused(tmp: Path) -> Path:
    """Return a path in `tmp` that nothing else uses."""
    return tmp / f"{os.getpid()}.{new_writer()}"


def maker_of(name: str) -> int | None:
    """Return the number of the process that made such a name; None when nobody did.

    What a program puts beside such a file, as git its `.lock`, is of the same process.
    """
    pid, letters, *_ = *name.split("."), ""
    is_number = pid.isascii() and pid.isdecimal() and len(pid) <= _PID_DIGITS
    return int(pid) if is_number and WRITER.match(letters) else None


def _mode_of(path: Path) -> int | None:
    try:
        return path.lstat().st_mode & 0o777
    except OSError:
        return None


def _write_new(path: Path, data: bytes, *, mode: int | None, sync: bool) -> None:
    flags = os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC
    try:
        descriptor = os.open(path, flags, 0o666)
    except FileNotFoundError:
        path.parent.mkdir(parents=True, exist_ok=True)
        descriptor = os.open(path, flags, 0o666)
    try:
        if mode is not None:
            with contextlib.suppress(PermissionError):  # a file system without modes
                os.fchmod(descriptor, mode)
        write_all(descriptor, data)
        if sync:
            flush(descriptor)
    finally:
        os.close(descriptor)


def write_all(descriptor: int, data: bytes | memoryview) -> None:
    """Write every byte of `data`, however many calls that takes."""
    view = memoryview(data)
    while view:
        view = view[os.write(descriptor, view) :]


def move(source: Path, target: Path, *, sync: bool) -> None:
    """Rename, making the target's folder again when git has removed it in the meantime.

    Raises:
        OSError: it cannot be renamed; the source is where it was.
    """
    grown: list[Path] = []
    for attempt in range(_ATTEMPTS):
        try:
            source.replace(target)
            break
        except FileNotFoundError:
            if attempt == _ATTEMPTS - 1 or not source.exists():
                raise
        with contextlib.suppress(FileNotFoundError):
            grown += make_folder(target.parent)
    if sync:
        for folder in dict.fromkeys([target.parent, *grown]):
            sync_folder(folder)


def make_folder(folder: Path) -> list[Path]:
    """Make a folder and return the folders that hold a new name because of it."""
    missing = [f for f in (folder, *folder.parents) if not f.exists()]
    folder.mkdir(parents=True, exist_ok=True)
    return [f.parent for f in missing]


def sync_file(path: Path) -> None:
    """Make a file's bytes safe against a power cut."""
    descriptor = os.open(path, os.O_RDONLY | os.O_CLOEXEC)
    try:
        flush(descriptor)
    finally:
        os.close(descriptor)


def sync_folder(folder: Path) -> None:
    """Make the names in a folder safe against a power cut, where the system can."""
    try:
        sync_file(folder)
    except OSError as error:
        if error.errno not in _CANNOT_SYNC:
            raise


def flush(descriptor: int) -> None:
    """Wait until what was written has reached the disk itself, not only the disk's own memory."""
    if sys.platform == "darwin":
        import fcntl

        with contextlib.suppress(OSError):
            fcntl.fcntl(descriptor, fcntl.F_FULLFSYNC)
            return
    os.fsync(descriptor)


@contextlib.contextmanager
def built_folder(
    target: Path, *, tmp: Path, sync: bool = True, later: Container[str] = ()
) -> Iterator[Path]:
    """Give an empty folder to fill; on success it becomes `target`, which must not exist.

    An empty folder at `target` counts as none; nothing is ever merged into what is there.

    Args:
        target: where it is to be.
        tmp: a folder on the same file system, for the folder while it is filled.
        sync: whether it reaches the disk before this returns.
        later: names of files whose bytes may reach the disk later all the same.

    Raises:
        StoreWriteError: the target exists, or the disk refused.
        IntegrityError: the path leads over a symbolic link inside the store.
    """
    refuse_links(target)
    refuse_links(tmp)
    with explained(target):
        building = unused(tmp)
        building.mkdir(parents=True)
        try:
            yield building
            if sync:
                _sync_tree(building, later)
            move(building, target, sync=sync)
        except BaseException:
            if not building.exists():  # it was moved, and could not be made safe
                withdraw(target, building)
            _remove(building)
            raise


def withdraw(folder: Path, aside: Path) -> None:
    """Take away a folder that was just put in place, at once, so that nobody sees half of it."""
    with contextlib.suppress(OSError):
        folder.replace(aside)
        _remove(aside)


def _remove(folder: Path) -> None:
    import shutil

    shutil.rmtree(folder, ignore_errors=True)


def _sync_tree(folder: Path, later: Container[str]) -> None:
    for parent, _, files in os.walk(folder):
        for name in (file for file in files if file not in later):
            sync_file(Path(parent, name))
        sync_folder(Path(parent))
