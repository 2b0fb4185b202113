"""Cut the bytes of a CSV file into blocks of whole records, at little cost."""

import codecs
from collections.abc import Iterator
from typing import Any, NamedTuple

import numpy as np

from mltrack.models.rows.chunks import CHUNK_ROWS
from mltrack.models.rows.reading import MAX_LINE_BYTES, Reading

FIRST_BYTES = 2**18
_LEAST_BYTES = 2**16
_LONG_BYTES = 2**16
"""The exact reader takes no cell of twice this; where no line ends for so long, it is asked."""
_QUOTE = ord('"')
_BEFORE_OPENING, _AFTER_CLOSING = b',\n"', b',\n\r"'
Places = Any
"""An array of positions in some bytes."""


class Block(NamedTuple):
    """Whole records.

    Attributes:
        line: the number of its first line.
        data: the bytes.
        plain: whether every reader finds the same records in them.
    """

    line: int
    data: bytes
    plain: bool


class Blocks:
    """The blocks of a file, from where it was read to.

    They end before a block whose quotes stand where CSV has none: where a record ends there, only
    the exact reader can tell. `reading` and `line` then stand at its beginning.

    Args:
        reading: the file.
        line: the number of the next line.
    """

    def __init__(self, reading: Reading, line: int) -> None:
        self.reading = reading
        self.line = line
        self._bytes = FIRST_BYTES

    def __iter__(self) -> Iterator[Block]:
        """Yield each block once."""
        while (found := self._next()) is not None:
            yield found

    def _next(self) -> Block | None:
        size, data = self._bytes, b""
        while len(data) <= MAX_LINE_BYTES:
            data += self.reading.read(size - len(data))
            quotes = _places(data)
            end = len(data) if len(data) < size else _end_of_records(data, quotes)
            if end and are_regular(data[:end], quotes := quotes[quotes < end]):
                self.reading.give_back(data[end:])
                return self._block(data[:end], quotes)
            if end or not data:
                break
            size = min(2 * size, MAX_LINE_BYTES + 1)
        self.reading.give_back(data)
        return None

    def _block(self, data: bytes, quotes: Places) -> Block:
        found = Block(self.line, data, is_plain(data, quotes))
        lines = data.count(b"\n")
        self.line += lines
        wanted = CHUNK_ROWS * len(data) // max(lines, 1)
        self._bytes = min(max(wanted, _LEAST_BYTES), MAX_LINE_BYTES)
        return found


def _places(data: bytes) -> Places:
    if b'"' not in data:
        return np.empty(0, dtype=np.intp)
    return np.flatnonzero(np.frombuffer(data, dtype=np.uint8) == _QUOTE)


def _end_of_records(data: bytes, quotes: Places) -> int:
    """Return where the last record ends: at a line's end with an even number of quotes before it.

    It is 0 where no record ends.
    """
    end = data.rfind(b"\n") + 1
    while end and np.searchsorted(quotes, end) % 2:
        end = data.rfind(b"\n", 0, end - 1) + 1
    return end


def are_regular(data: bytes, quotes: Places) -> bool:
    """Tell whether each quote opens a cell, closes one, or is one of a pair within a cell.

    The first of them opens a cell, the next closes it, and so on: two that are one are a closing
    and an opening one without anything in between. Only so does the number of quotes tell whether
    a place is within a cell.
    """
    if not len(quotes):
        return True
    if len(quotes) % 2:
        return False
    padded = np.frombuffer(b"\n%b\n" % data, dtype=np.uint8)
    before, after = padded[quotes[::2]], padded[quotes[1::2] + 2]
    return _all_of(before, _BEFORE_OPENING) and _all_of(after, _AFTER_CLOSING)


def _all_of(found: Places, allowed: bytes) -> bool:
    return bool(np.isin(found, np.frombuffer(allowed, dtype=np.uint8)).all())


def is_plain(data: bytes, quotes: Places) -> bool:
    """Tell whether the bytes are text whose lines end as everywhere, and no cell is very long."""
    if b"\0" in data or data.startswith(codecs.BOM_UTF8):
        return False
    if b"\r" in data and data.count(b"\r") != data.count(b"\r\n"):
        return False
    starts = range(0, len(data) - _LONG_BYTES, _LONG_BYTES)
    if any(data.find(b"\n", start, start + _LONG_BYTES) < 0 for start in starts):
        return False
    if len(quotes) and int(np.diff(quotes)[::2].max()) > _LONG_BYTES:
        return False
    try:
        return data.isascii() or bool(data.decode())
    except UnicodeDecodeError:
        return False
