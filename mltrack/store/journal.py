"""JSON lines that only ever grow: one write a call, torn lines sealed, bad lines skipped."""

import errno
import json
import math
import os
from collections.abc import Iterator
from pathlib import Path
from typing import Any

Row = dict[str, Any]
MAX_LINE_BYTES = 16 * 1024 * 1024
_FROM_TEXT = {"NaN": math.nan, "Infinity": math.inf, "-Infinity": -math.inf}


def encode_number(value: float) -> str:
    """Return a number as JSON; NaN and the infinities become the strings that name them."""
    if isinstance(value, int) or math.isfinite(value):
        return repr(value)
    return f'"{number_name(value)}"'


def number_name(value: float) -> str:
    """Return the name of a number that JSON lacks: NaN, Infinity or -Infinity."""
    if math.isnan(value):
        return "NaN"
    return "Infinity" if value > 0 else "-Infinity"


def decode_number(value: object) -> float | None:
    """Return the number that a journal's value stands for, or None when it is none."""
    if isinstance(value, bool):
        return None
    if isinstance(value, int | float):
        return value
    return _FROM_TEXT.get(value) if isinstance(value, str) else None


def jsonable(value: Any) -> Any:  # noqa: ANN401 - any tree of plain values
    """Return a tree of plain values with NaN and the infinities as strings."""
    if isinstance(value, float) and not math.isfinite(value):
        return number_name(value)
    if isinstance(value, dict):
        return {str(k): jsonable(v) for k, v in value.items()}
    if isinstance(value, list | tuple):
        return [jsonable(v) for v in value]
    return value


def encode_row(row: Row) -> bytes:
    """Return a row as one line of UTF-8."""
    text = json.dumps(jsonable(row), ensure_ascii=False, separators=(",", ":"), allow_nan=False)
    return text.encode("utf-8", "replace") + b"\n"


class Journal:
    """An open journal of one writer: each `append` is on its way to the disk when it returns."""

    __slots__ = ("_torn", "descriptor", "path")

    def __init__(self, path: Path) -> None:
        self.path = path
        flags = os.O_RDWR | os.O_APPEND | os.O_CREAT | os.O_CLOEXEC
        self.descriptor = os.open(path, flags, 0o666)
        size = os.fstat(self.descriptor).st_size
        self._torn = size > 0 and os.pread(self.descriptor, 1, size - 1) != b"\n"

    def append(self, lines: bytes) -> None:
        """Append whole lines in one write.

        Raises:
            OSError: the disk refused some or all of it; what was torn is sealed by the next call.
        """
        if self._torn:
            lines = b"\n" + lines
        written = os.write(self.descriptor, lines)
        self._torn = written != len(lines) and (written > 0 or self._torn)
        if written != len(lines):
            raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC), str(self.path))

    def sync(self) -> None:
        """Wait until every line is safe against a power cut."""
        os.fsync(self.descriptor)

    def content(self) -> bytes:
        """Return what the descriptor holds, even when the path now leads elsewhere."""
        return os.pread(self.descriptor, os.fstat(self.descriptor).st_size, 0)

    def is_detached(self) -> bool:
        """Tell whether the path no longer leads to what this journal writes."""
        try:
            here = os.stat(self.path)
        except OSError:
            return True
        mine = os.fstat(self.descriptor)
        return (here.st_ino, here.st_dev) != (mine.st_ino, mine.st_dev)

    def close(self) -> None:
        """Close the descriptor."""
        if self.descriptor >= 0:
            os.close(self.descriptor)
            self.descriptor = -1


def rows_of(lines: Iterator[bytes]) -> Iterator[Row | None]:
    """Yield each line's row, or None for a line that is torn or is no JSON object."""
    for line in lines:
        if not line.strip():
            continue
        try:
            row = json.loads(line) if len(line) <= MAX_LINE_BYTES else None
        except (ValueError, RecursionError):
            row = None
        yield row if isinstance(row, dict) else None


def read_rows(path: Path) -> Iterator[Row | None]:
    """Yield the rows of a journal in order, None for each bad line; a missing file has none."""
    try:
        file = path.open("rb")
    except OSError:
        return
    with file:
        yield from rows_of(iter(lambda: file.readline(MAX_LINE_BYTES + 1), b""))
