"""Open a file without waiting: a pipe that nobody writes to would hold a reader for ever."""

import errno
import os
import stat
from pathlib import Path
from typing import BinaryIO

from mltrack.errors import IntegrityError
from mltrack.store.layout import refuse_links

MAX_BYTES = 16 * 1024 * 1024


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


def _plain(path: str, flags: int) -> int:
    descriptor = os.open(path, flags | os.O_NONBLOCK | os.O_CLOEXEC)
    mode = os.fstat(descriptor).st_mode
    if not stat.S_ISREG(mode):
        os.close(descriptor)
        number = errno.EISDIR if stat.S_ISDIR(mode) else errno.EINVAL
        raise OSError(number, "it is no file", path)
    return descriptor
