"""Open a file without waiting: a pipe that nobody writes to would hold a reader for ever."""

import contextlib
import errno
import os
import stat
from collections.abc import Iterator
from pathlib import Path
from typing import BinaryIO

from mltrack.errors import IntegrityError
from mltrack.store.layout import refuse_links

MAX_BYTES = 16 * 1024 * 1024
SMALL_BYTES = 64 * 1024
_FILE = os.O_RDONLY | os.O_NONBLOCK | os.O_CLOEXEC
_FOLDER = os.O_RDONLY | os.O_DIRECTORY | os.O_NOFOLLOW | os.O_CLOEXEC


def open_plain(path: Path) -> BinaryIO:
    """Open a file for reading, and refuse whatever is none: a pipe, a socket, a device, a folder.

    Raises:
        OSError: the system refused, or it is no file.
    """
    return open(path, "rb", opener=_plain)


def read_plain(path: Path) -> bytes:
    """Return the bytes of a small file of a store.

    Raises:
        OSError: the system refused, it is no file, or a symbolic link leads to it.
    """
    try:
        with open_plain(refuse_links(path)) as file:
            return file.read(MAX_BYTES)
    except IntegrityError as error:
        raise OSError(errno.ELOOP, error.message, str(path)) from error


@contextlib.contextmanager
def plain_folder(path: Path) -> Iterator[int | None]:
    """Give an open folder of a store; None where there is none, or a symbolic link leads to it."""
    try:
        descriptor = os.open(refuse_links(path), _FOLDER)
    except (OSError, IntegrityError):
        yield None
        return
    try:
        yield descriptor
    finally:
        os.close(descriptor)


def read_small(folder: int, name: str) -> bytes | None:
    """Return the bytes of a small file in an open folder; None for whatever else is there.

    It costs a quarter of `read_plain`, which checks every folder on the way to a file; who gets
    None asks that for the reason.
    """
    try:
        descriptor = os.open(name, _FILE | os.O_NOFOLLOW, dir_fd=folder)
    except OSError:
        return None
    try:
        status = os.fstat(descriptor)
        is_small = stat.S_ISREG(status.st_mode) and status.st_size < SMALL_BYTES
        return os.read(descriptor, SMALL_BYTES) if is_small else None
    except OSError:
        return None
    finally:
        os.close(descriptor)


def _plain(path: str, flags: int) -> int:
    descriptor = os.open(path, flags | os.O_NONBLOCK | os.O_CLOEXEC)
    mode = os.fstat(descriptor).st_mode
    if not stat.S_ISREG(mode):
        os.close(descriptor)
        number = errno.EISDIR if stat.S_ISDIR(mode) else errno.EINVAL
        raise OSError(number, "it is no file", path)
    return descriptor
