"""Copy a large file past the memory that the system keeps files in, which has better uses."""

import errno
import mmap
import os
from typing import TYPE_CHECKING, BinaryIO

if TYPE_CHECKING:
    import hashlib

LARGE_BYTES = 32 * 1024 * 1024
_BLOCK_BYTES = 4 * 1024 * 1024
_ALIGNED_BYTES = 4096


class DirectCopy:
    """Writes to a file with O_DIRECT as long as its file system has that, and else as usual.

    To write a gigabyte to that memory first takes as long as to hash it, and drives out of it what
    the training reads. What is written has reached the disk when this returns, all but its names
    and its end.
    """

    def __init__(self, descriptor: int) -> None:
        self._descriptor = descriptor
        self._is_direct = _switch(descriptor, on=True)

    def copy(self, reader: BinaryIO, size: int, digest: "hashlib._Hash") -> int:
        """Copy up to `size` bytes, hash what is written, and return how many there were.

        Raises:
            OSError: the source cannot be read, or the disk refused.
        """
        block = memoryview(mmap.mmap(-1, _BLOCK_BYTES))  # O_DIRECT wants whole pages of memory
        done = 0
        while done < size:
            part = block[: min(_BLOCK_BYTES, size - done)]
            count = reader.readinto(part)  # type: ignore[attr-defined]  # a BufferedReader
            if not count:
                break
            digest.update(block[:count])
            self._write(block[:count])
            done += count
        self._end()
        return done

    def _write(self, part: memoryview) -> None:
        if len(part) % _ALIGNED_BYTES:
            self._end()
        while part:
            try:
                part = part[os.write(self._descriptor, part) :]
            except OSError as error:
                if error.errno != errno.EINVAL or not self._is_direct:
                    raise
                self._end()  # it wants larger pieces, or took a part of one

    def _end(self) -> None:
        if self._is_direct:
            self._is_direct = False
            _switch(self._descriptor, on=False)


def _switch(descriptor: int, *, on: bool) -> bool:
    """Turn O_DIRECT on or off; tell whether it is on."""
    try:
        import fcntl

        flags = fcntl.fcntl(descriptor, fcntl.F_GETFL)
        wanted = flags | os.O_DIRECT if on else flags & ~os.O_DIRECT
        fcntl.fcntl(descriptor, fcntl.F_SETFL, wanted)
    except (ImportError, AttributeError, OSError):  # this system or file system has none
        return False
    return on
