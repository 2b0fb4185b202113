"""Where a child's bytes are shown: this process's own output, whatever stands for it."""

import sys
from typing import BinaryIO, TextIO, cast


class _Text:
    """Takes bytes for a stream that takes text alone, as a notebook's does."""

    def __init__(self, stream: TextIO) -> None:
        self._stream = stream

    def write(self, block: bytes) -> int:
        self._stream.write(block.decode("utf-8", "replace"))
        return len(block)

    def flush(self) -> None:
        self._stream.flush()


def streams() -> tuple[BinaryIO, BinaryIO]:
    """Return where standard output and standard error take bytes now."""
    return _binary(sys.stdout), _binary(sys.stderr)


def _binary(stream: TextIO) -> BinaryIO:
    stream.flush()
    return getattr(stream, "buffer", None) or cast("BinaryIO", _Text(stream))
