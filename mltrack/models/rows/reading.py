"""Read the bytes of a file of rows: in order, once, whether it is a file, a pipe or compressed."""

import io
import zlib
from collections.abc import Callable
from typing import BinaryIO

from mltrack.errors import UsageError

MAX_LINE_BYTES = 16 * 2**20


class Reading:
    """A stream that can be given bytes back, and says what is wrong with it.

    Args:
        stream: the bytes.
        source: what errors call it.
        head: what was read of it already.
    """

    def __init__(self, stream: BinaryIO, source: str, head: bytes = b"") -> None:
        self.source = source
        self._stream = stream
        self._at_once = getattr(stream, "read1", stream.read)  # so that ^C is seen in between
        self._head = io.BytesIO(head)

    def read(self, size: int) -> bytes:
        """Return so many bytes, fewer only at the end.

        Raises:
            UsageError: the stream breaks off, or what it holds is damaged.
        """
        parts = [self._head.read(size)]
        lacking = size - len(parts[0])
        while lacking and (more := self._asked(self._at_once, lacking)):
            parts.append(more)
            lacking -= len(more)
        return parts[0] if len(parts) == 1 else b"".join(parts)

    def line(self, number: int) -> bytes:
        """Return the next line with its end; nothing after the last.

        Args:
            number: of the line, for the error.

        Raises:
            UsageError: it is longer than `MAX_LINE_BYTES`, or cannot be read.
        """
        line = self._head.readline(MAX_LINE_BYTES + 1)
        if not line.endswith(b"\n"):
            line += self._asked(self._stream.readline, MAX_LINE_BYTES + 1 - len(line))
        if len(line) > MAX_LINE_BYTES:
            raise UsageError(
                f"{self.source}:{number}: the line is longer than {MAX_LINE_BYTES // 2**20} MiB",
                fix="check that it is the right file, and that its lines end",
            )
        return line

    def give_back(self, data: bytes) -> None:
        """Take bytes that are to be read again, before all others."""
        self._head = io.BytesIO(data + self._head.read())

    def _asked(self, method: Callable[[int], bytes], size: int) -> bytes:
        try:
            return method(size)
        except (EOFError, zlib.error) as error:
            raise UsageError(f"{self.source} is damaged: {error}") from None
        except OSError as error:
            raise UsageError(f"{self.source} cannot be read: {error.strerror or error}") from None


def text_of(line: bytes, number: int, source: str) -> str:
    """Return the text of a line; that of the first without a byte order mark.

    Raises:
        UsageError: it is not UTF-8, or holds a NUL byte.
    """
    try:
        text = line.decode("utf-8-sig" if number == 1 else "utf-8")
    except UnicodeDecodeError as error:
        raise UsageError(
            f"{source}:{number} is not UTF-8: {error.reason}", fix="save the file as UTF-8"
        ) from None
    if "\0" in text:
        raise UsageError(f"{source}:{number} holds a NUL byte", fix="save the file as UTF-8")
    return text
