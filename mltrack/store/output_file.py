"""Where answers go: a file that is written whole or not at all, or a stream."""

import contextlib
import io
import os
from collections.abc import Iterator
from pathlib import Path
from typing import BinaryIO, TextIO, cast

from mltrack.errors import StoreWriteError
from mltrack.store.atomic import explained
from mltrack.store.ids import new_writer


class _Explained(io.FileIO):
    """A file that says which one it is when the disk takes no more."""

    def __init__(self, file: Path, mode: str, shown: Path) -> None:
        super().__init__(file, mode)
        self._shown = shown

    def write(self, data: object) -> int:
        with explained(self._shown):
            return super().write(cast("bytes", data))

    def close(self) -> None:
        with explained(self._shown):
            super().close()


@contextlib.contextmanager
def replaced(path: Path) -> Iterator[BinaryIO]:
    """Give a file to write; on success it becomes `path`, else `path` stays as it was.

    What is no plain file, such as a pipe, a device or a link, is written to as it stands.

    Raises:
        StoreWriteError: the disk refused.
    """
    with explained(path):
        is_plain = not path.is_symlink() and (path.is_file() or not path.exists())
    if not is_plain:
        with explained(path):
            file = io.BufferedWriter(_Explained(path, "w", path))
        with file:
            yield file
        return
    temporary = path.with_name(f".mltrack-{os.getpid()}.{new_writer()}")  # no longer than most
    with explained(path):
        file = io.BufferedWriter(_Explained(temporary, "x", path))
    try:
        with file:
            yield file
        with explained(path):
            if path.exists():
                temporary.chmod(path.stat().st_mode & 0o777)
            temporary.replace(path)
    finally:
        temporary.unlink(missing_ok=True)


def stream_of(output: TextIO | BinaryIO, *, text: bool) -> BinaryIO:
    """Return what takes bytes for a stream that somebody else opened.

    Args:
        output: the stream.
        text: whether the bytes are text, which then goes the way of text.
    """
    if not isinstance(output, io.TextIOBase):
        return cast("BinaryIO", output)
    return cast("BinaryIO", _Texts(output) if text else _Bytes(output))


class _Texts:
    """A stream of text that is given bytes."""

    def __init__(self, stream: io.TextIOBase) -> None:
        self._stream = stream

    def write(self, data: bytes) -> int:
        """Write the text that the bytes are."""
        self._stream.write(data.decode())
        return len(data)


class _Bytes(io.RawIOBase):
    """The bytes below a stream of text."""

    def __init__(self, stream: io.TextIOBase) -> None:
        super().__init__()
        self._stream = stream

    def writable(self) -> bool:
        """Tell that it can be written to."""
        return True

    def write(self, data: object) -> int:
        """Write bytes.

        Raises:
            StoreWriteError: the stream takes no more.
        """
        stream: BinaryIO = self._stream.buffer  # type: ignore[attr-defined]  # of a file
        try:
            return stream.write(cast("bytes", data))
        except BrokenPipeError:
            raise
        except OSError as error:
            raise StoreWriteError(
                f"could not write to standard output: {error.strerror or error}"
            ) from error
