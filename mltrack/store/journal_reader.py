"""Read JSON lines that only ever grow: bad lines are skipped, and count."""

import json
import os
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any, BinaryIO

from mltrack.errors import IntegrityError
from mltrack.store.journal import MAX_LINE_BYTES, Row
from mltrack.store.layout import refuse_links
from mltrack.store.plain import open_plain

MAX_DEPTH = 64
_BYTE_ORDER_MARK = b"\xef\xbb\xbf"


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
        yield from rows_of(lines_of(file))


def lines_of(file: BinaryIO) -> Iterator[bytes]:
    """Yield the lines that are there now, so that reading ends however fast a writer writes.

    Of a line that is longer than readers take, only so much is given as to tell that it is.
    """
    left = os.fstat(file.fileno()).st_size
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


def rows_of(lines: Iterable[bytes]) -> Iterator[Row | None]:
    """Yield each line's row, or None for a line that is torn or is no JSON object.

    Empty lines are no rows.
    """
    for line in lines:
        if line.strip():
            yield _row_of(line)


def _row_of(line: bytes) -> Row | None:
    if len(line.rstrip(b"\r\n")) > MAX_LINE_BYTES:
        return None
    try:
        row = json.loads(line.removeprefix(_BYTE_ORDER_MARK).decode())
        if b"\\u" in line:
            row = json.loads(json.dumps(row, ensure_ascii=False).encode("utf-8", "replace"))
    except (ValueError, RecursionError):
        return None
    if not isinstance(row, dict) or _is_deep(line, row):
        return None
    return row


def _is_deep(line: bytes, row: Row) -> bool:
    """Tell whether a row is nested deeper than anything of a store may be."""
    if line.count(b"{") + line.count(b"[") <= MAX_DEPTH:
        return False
    level: list[Any] = [row]
    for _ in range(MAX_DEPTH):
        level = [inner for value in level for inner in _inside(value)]
    return bool(level)


def _inside(value: Any) -> Iterable[Any]:  # noqa: ANN401 - any tree of plain values
    inner = value.values() if isinstance(value, dict) else value
    return [item for item in inner if isinstance(item, dict | list)]
