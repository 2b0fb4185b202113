"""The rows of a journal on the disk, read block by block, as often as they are asked for."""

import io
import os
import weakref
from collections.abc import Iterator
from pathlib import Path
from typing import BinaryIO, cast

from mltrack.errors import IntegrityError
from mltrack.store.journal_reader import blocks_of, count_rows, rows_in, size_of
from mltrack.store.layout import refuse_links
from mltrack.store.plain import open_plain
from mltrack.tracking.rows import Block, Blockwise, Rows

_SMALL_BYTES = 16 * 1024


def open_rows(path: Path, *, keep_open: bool = True) -> Rows:
    """Return the rows that a journal has now, None for each bad line; a missing file has none.

    A file that cannot be read, or that a symbolic link leads to, is one bad line.

    Args:
        path: the journal.
        keep_open: read what the path leads to now, even when it leads elsewhere later.
    """
    try:
        with open_plain(refuse_links(path)) as file:
            size = size_of(file)
            if size <= _SMALL_BYTES:
                return [row for block in blocks_of(file, size) for row in rows_in(block)]
            return Stored(path, size, _kept_open(file) if keep_open else None)
    except (FileNotFoundError, NotADirectoryError):
        return []
    except (OSError, IntegrityError):
        return [None]


def _kept_open(file: BinaryIO) -> int | None:
    try:
        return os.dup(file.fileno())
    except OSError:  # this process has as many files open as it may
        return None


class Stored(Blockwise):
    """The rows that a file had when this was made."""

    def __init__(self, path: Path, size: int, descriptor: int | None) -> None:
        self._path, self._size, self._descriptor = path, size, descriptor
        if descriptor is not None:
            weakref.finalize(self, os.close, descriptor)

    def blocks(self) -> Iterator[Block]:
        """Yield the rows in blocks."""
        from mltrack.tracking.columns import pieces_of

        for lines in self._lines():
            yield from pieces_of(lines)

    def counted(self) -> int:
        """Return how many rows there are, without making any."""
        return sum(map(count_rows, self._lines()))

    def _lines(self) -> Iterator[bytes]:
        try:
            file = self._opened()
        except (FileNotFoundError, NotADirectoryError):
            return
        except (OSError, IntegrityError):
            yield b"?"
            return
        with file:
            yield from blocks_of(file, self._size)

    def _opened(self) -> BinaryIO:
        if self._descriptor is None:
            return open_plain(refuse_links(self._path))
        return cast("BinaryIO", io.BufferedReader(_FromStart(self._descriptor)))


class _FromStart(io.RawIOBase):
    """A file read from its start through a descriptor that others read as well."""

    def __init__(self, descriptor: int) -> None:
        self._descriptor, self._at = descriptor, 0

    def fileno(self) -> int:
        return self._descriptor

    def readable(self) -> bool:
        return True

    def seekable(self) -> bool:
        return True

    def seek(self, offset: int, whence: int = io.SEEK_SET) -> int:
        self._at = offset + (self._at if whence == io.SEEK_CUR else 0)
        return self._at

    def readinto(self, buffer: memoryview) -> int:  # type: ignore[override]  # as it is called
        data = os.pread(self._descriptor, len(buffer), self._at)
        buffer[: len(data)] = data
        self._at += len(data)
        return len(data)
