"""Read JSON lines that only ever grow: bad lines are skipped, and count."""

import json
import os
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any, BinaryIO, NamedTuple

from mltrack.errors import IntegrityError
from mltrack.store.journal import MAX_LINE_BYTES, Row
from mltrack.store.layout import refuse_links
from mltrack.store.plain import open_plain
from mltrack.store.sha256 import sha256_hex

MAX_DEPTH = 64
BLOCK_BYTES = 64 * 1024
_DIGEST_BYTES = 256 * 1024
_BYTE_ORDER_MARK = b"\xef\xbb\xbf"
_SHALLOW_LENGTH = 2 * MAX_DEPTH + 1
"""A line of this length can open `MAX_DEPTH` brackets and close them, and no more."""
_decoded = json.JSONDecoder().raw_decode


def read_rows(path: Path) -> Iterator[Row | None]:
    """Yield the rows of a journal in order, None for each bad line; a missing file has none.

    A file that cannot be read, or that a symbolic link leads to, is one bad line.
    """
    try:
        file = open_plain(refuse_links(path))
    except (FileNotFoundError, NotADirectoryError):
        return
    except (OSError, IntegrityError):
        yield None
        return
    with file:
        for block in blocks_of(file, size_of(file)):
            yield from rows_in(block)


class TextDigest(NamedTuple):
    """The sha256 of a file, and how many line feeds it has."""

    sha256: str
    lines: int


def text_digest(path: Path) -> TextDigest:
    """Return the digest of a file, read in blocks.

    Raises:
        OSError: it cannot be read.
    """
    with open_plain(path) as file:
        block = file.read(_DIGEST_BYTES)
        if len(block) < _DIGEST_BYTES:
            return TextDigest(sha256_hex(block), block.count(b"\n"))
        import hashlib

        digest, lines = hashlib.sha256(), 0
        while block:
            digest.update(block)
            lines += block.count(b"\n")
            block = file.read(_DIGEST_BYTES)
    return TextDigest(digest.hexdigest(), lines)


def size_of(file: BinaryIO) -> int:
    """Return how many bytes a file has now."""
    return os.fstat(file.fileno()).st_size


def blocks_of(file: BinaryIO, left: int) -> Iterator[bytes]:
    """Yield what `lines_of` yields, in blocks of whole lines; a longer line is a block alone.

    Args:
        file: a journal, at its beginning.
        left: how many bytes to read; the line that they end in is read to its end.
    """
    while left > 0:
        start = file.tell()
        try:
            block = file.read(min(left, BLOCK_BYTES))
        except OSError:  # what can be read before that spot is found line by line
            block = b""
        whole = block.rfind(b"\n") + 1
        file.seek(start + whole)
        if not whole:
            yield from lines_of(file, left)
            return
        left -= whole
        yield block[:whole]


def lines_of(file: BinaryIO, left: int | None = None) -> Iterator[bytes]:
    """Yield the lines that are there now, so that reading ends however fast a writer writes.

    Of a line that is longer than readers take, only so much is given as to tell that it is.

    Args:
        file: a journal.
        left: how many bytes to read; None: as many as the file has now.
    """
    left = size_of(file) if left is None else left
    while left > 0:
        try:
            line = file.readline(MAX_LINE_BYTES + 1)
            left -= len(line)
            yield line
            while len(line) > MAX_LINE_BYTES and not line.endswith(b"\n"):
                line = file.readline(MAX_LINE_BYTES + 1)
                left -= len(line)
        except OSError:
            yield b"?"
            return
        if not line:
            return


def rows_in(block: bytes) -> list[Row | None]:
    """Return what `rows_of` yields of a block's lines."""
    rows = _plain_rows(block)
    return list(rows_of(block.split(b"\n"))) if rows is None else rows


def count_rows(block: bytes) -> int:
    """Return how many rows `rows_of` yields of a block's lines."""
    return sum(map(bool, map(bytes.strip, block.split(b"\n"))))


def rows_of(lines: Iterable[bytes]) -> Iterator[Row | None]:
    """Yield each line's row, or None for a line that is torn or is no JSON object.

    Empty lines are no rows.
    """
    for line in lines:
        if line.strip():
            yield _row_of(line)


def _plain_rows(block: bytes) -> list[Row | None] | None:
    """Return the rows of a block in which every line is one, to its last byte; else None.

    It saves what most lines do not need: three fifths of the time.
    """
    if b"\\u" in block or len(block) > MAX_LINE_BYTES:
        return None
    try:
        lines = block.decode().removesuffix("\n").split("\n")
        found = list(map(_decoded, lines))
    except (ValueError, RecursionError):
        return None
    rows: list[Row | None] = [
        row
        for (row, end), line in zip(found, lines, strict=True)
        if end == len(line)
        and isinstance(row, dict)
        and (end <= _SHALLOW_LENGTH or not _is_deep(line.count("{") + line.count("["), row))
    ]
    return rows if len(rows) == len(lines) else None


def _row_of(line: bytes) -> Row | None:
    if len(line.rstrip(b"\r\n")) > MAX_LINE_BYTES:
        return None
    try:
        row = json.loads(line.removeprefix(_BYTE_ORDER_MARK).decode())
        if b"\\u" in line:
            row = json.loads(json.dumps(row, ensure_ascii=False).encode("utf-8", "replace"))
    except (ValueError, RecursionError):
        return None
    if not isinstance(row, dict) or _is_deep(line.count(b"{") + line.count(b"["), row):
        return None
    return row


def _is_deep(brackets: int, row: Row) -> bool:
    """Tell whether a row with so many brackets is nested deeper than a store's files may be."""
    if brackets <= MAX_DEPTH:
        return False
    level: list[Any] = [row]
    for _ in range(MAX_DEPTH):
        level = [inner for value in level for inner in _inside(value)]
    return bool(level)


def _inside(value: Any) -> Iterable[Any]:  # noqa: ANN401 - any tree of plain values
    inner = value.values() if isinstance(value, dict) else value
    return [item for item in inner if isinstance(item, dict | list)]
