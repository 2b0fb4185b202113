"""JSON lines that only ever grow: one write a call, torn lines sealed."""

import errno
import json
import math
import os
from pathlib import Path
from threading import Lock
from typing import Any

from mltrack.store.atomic import flush
from mltrack.store.layout import refuse_links

Row = dict[str, Any]
MAX_LINE_BYTES = 16 * 1024 * 1024
_FROM_TEXT = {"NaN": math.nan, "Infinity": math.inf, "-Infinity": -math.inf}
_ENCODER = json.JSONEncoder(ensure_ascii=False, separators=(",", ":"), allow_nan=False)
_BLOCK_BYTES = 16 * 1024 * 1024


def encode_number(value: float) -> str:
    """Return a number as JSON; NaN and the infinities become the strings that name them."""
    if isinstance(value, int):
        return int.__repr__(value)
    return float.__repr__(value) if math.isfinite(value) else f'"{number_name(value)}"'


def number_name(value: float) -> str:
    """Return the name of a number that JSON lacks: NaN, Infinity or -Infinity."""
    if math.isnan(value):
        return "NaN"
    return "Infinity" if value > 0 else "-Infinity"


def decode_number(value: object) -> float | None:
    """Return the number that a journal's value stands for, or None when it is none.

    An integer that no float can hold is infinite.
    """
    if isinstance(value, str):
        return _FROM_TEXT.get(value)
    if isinstance(value, bool) or not isinstance(value, int | float):
        return None
    try:
        float(value)
    except OverflowError:
        return math.copysign(math.inf, value > 0 or -1)
    return value


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
    return _ENCODER.encode(jsonable(row)).encode("utf-8", "replace") + b"\n"


class Journal:
    """An open journal of one writer: each `append` is on its way to the disk when it returns.

    Args:
        path: where it lies; it is made when it is missing.
        shared: whether other processes append to it as well, and may leave a torn line.
    """

    __slots__ = ("_end", "_shared", "_syncing", "_torn", "_unsynced", "descriptor", "path")

    def __init__(self, path: Path, *, shared: bool = False) -> None:
        self.path = path
        flags = os.O_RDWR | os.O_APPEND | os.O_CREAT | os.O_CLOEXEC
        self.descriptor = os.open(refuse_links(path), flags, 0o666)
        self._shared = shared
        self._end = 0
        self._torn = False
        self._unsynced = True
        self._syncing = Lock()
        self._look_at_end()

    def append(self, lines: bytes) -> None:
        """Append whole lines in one write.

        Raises:
            OSError: the disk refused some or all of it, or a line is longer than readers take; what
                was torn is sealed by the next call.
        """
        if self._shared or self._torn or len(lines) > MAX_LINE_BYTES:
            lines = self._sealing(lines)
        try:
            written = os.write(self.descriptor, lines)
        finally:
            self._unsynced = True  # only now: a sync that came before it has not waited for it
        self._end += written
        if written != len(lines):
            self._torn = written > 0 or self._torn
            raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC), str(self.path))
        self._torn = False

    def _sealing(self, lines: bytes) -> bytes:
        """Return lines behind the line feed that a torn one lacks."""
        if len(lines) > MAX_LINE_BYTES and len(max(lines.split(b"\n"), key=len)) > MAX_LINE_BYTES:
            raise OSError(errno.EFBIG, f"a row of more than {MAX_LINE_BYTES} bytes")
        if self._shared:
            self._look_at_end()
        return b"\n" + lines if self._torn else lines

    def _look_at_end(self) -> None:
        """See whether the file ends in a newline, if it does not end where this journal left it."""
        size = os.fstat(self.descriptor).st_size
        if size != self._end:
            self._end = size
            self._torn = size > 0 and os.pread(self.descriptor, 1, size - 1) != b"\n"

    def sync(self) -> None:
        """Wait until every line is safe against a power cut, if any is not yet.

        Raises:
            OSError: the disk refused.
        """
        with self._syncing:  # whoever comes second waits until the first has waited for the disk
            if not self._unsynced:
                return
            self._unsynced = False  # first, so that a row that comes meanwhile sets it again
            try:
                flush(self.descriptor)
            except OSError:
                self._unsynced = True
                raise

    def content(self) -> bytes:
        """Return what the descriptor holds, even when the path now leads elsewhere."""
        content = bytearray()
        while block := os.pread(self.descriptor, _BLOCK_BYTES, len(content)):
            content += block
        return bytes(content)

    def is_detached(self) -> bool:
        """Tell whether the path no longer leads to what this journal writes."""
        try:
            here = self.path.lstat()
        except OSError:
            return True
        mine = os.fstat(self.descriptor)
        return (here.st_ino, here.st_dev) != (mine.st_ino, mine.st_dev)

    def close(self) -> None:
        """Close the descriptor."""
        if self.descriptor >= 0:
            os.close(self.descriptor)
            self.descriptor = -1
