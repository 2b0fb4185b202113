"""Keep the end of what comes without end: a file that begins anew, whose oldest part goes.

The present part bears the name itself. What was written before it lies beside it as `<name>.1`,
`<name>.2` and so on, in the order of time, so that a missing `.1` tells that the beginning is gone.
"""

import contextlib
import os
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import BinaryIO, NamedTuple

from mltrack.store.atomic import write_all
from mltrack.store.layout import refuse_links
from mltrack.store.plain import open_plain

PARTS = 4
_BLOCK_BYTES = 64 * 1024
_APPEND = os.O_WRONLY | os.O_CREAT | os.O_APPEND | os.O_CLOEXEC


class RotatingFile:
    """Takes bytes; never more than the last `most_bytes` of them lie on the disk."""

    def __init__(self, path: Path, most_bytes: int) -> None:
        """Begin after what is there already.

        Raises:
            OSError: the file cannot be made.
        """
        self._path = path
        self._part_bytes = -(-most_bytes // PARTS)
        path.parent.mkdir(parents=True, exist_ok=True)
        self._number = max(_numbers(path), default=0) + 1
        self._descriptor = os.open(path, _APPEND, 0o666)
        self._size = os.fstat(self._descriptor).st_size

    def write(self, block: bytes) -> None:
        """Append bytes.

        Raises:
            OSError: the disk refused; some of them may be there.
        """
        view = memoryview(block)
        while view and self._part_bytes:
            if self._size >= self._part_bytes:
                self._begin_anew()
            part = view[: self._part_bytes - self._size]
            write_all(self._descriptor, part)
            self._size += len(part)
            view = view[len(part) :]

    def _begin_anew(self) -> None:
        oldest = _numbered(self._path, self._number - PARTS + 1)
        oldest.unlink(missing_ok=True)
        self._path.replace(_numbered(self._path, self._number))
        self._number += 1
        before, self._descriptor = self._descriptor, os.open(self._path, _APPEND, 0o666)
        self._size = 0
        os.close(before)

    def close(self) -> None:
        """Let go of the file; whoever writes to it later is refused."""
        before, self._descriptor = self._descriptor, -1
        os.close(before)


class Parts(NamedTuple):
    """What is kept, oldest first, open for reading, and whether that begins at the beginning."""

    files: tuple[BinaryIO, ...]
    is_whole: bool


@contextlib.contextmanager
def opened_parts(path: Path) -> Iterator[Parts]:
    """Give what is kept, also while it is written.

    Raises:
        OSError: there is nothing, or it cannot be read.
        IntegrityError: a symbolic link stands there.
    """
    with contextlib.ExitStack() as stack:
        last = stack.enter_context(open_plain(refuse_links(path)))
        numbers, files = _numbers(path), []
        for number in numbers:
            with contextlib.suppress(FileNotFoundError):  # it went meanwhile
                part = refuse_links(_numbered(path, number))
                files.append(stack.enter_context(open_plain(part)))
        same = os.fstat(last.fileno()).st_ino
        before = [file for file in files if os.fstat(file.fileno()).st_ino != same]
        yield Parts((*before, last), is_whole=numbers[:1] in ([], [1]))


def followed(
    path: Path, has_ended: Callable[[], bool], wait: Callable[[], None]
) -> Iterator[bytes]:
    """Yield what is kept, and then what comes, in the order in which it was written.

    What went before it could be read is passed over.

    Args:
        path: the file.
        has_ended: tells whether nothing more will come; asked when nothing has come.
        wait: is called between two looks.

    Raises:
        OSError: there is nothing, or it cannot be read.
    """
    follower, is_last = _Follower(path), False
    with contextlib.closing(follower):
        while True:
            came = False
            for block in follower.blocks():
                came = True
                yield block
            if is_last and not came:
                return
            is_last = not came and has_ended()
            if not (came or is_last):
                wait()


class _Follower:
    """Reads on from where it was.

    The part that it read last stays open, so that no later one can be taken for it.
    """

    def __init__(self, path: Path) -> None:
        self._path = path
        self._last, self._offset = -1, 0

    def blocks(self) -> Iterator[bytes]:
        """Yield what came since."""
        with opened_parts(self._path) as parts:
            for file in self._from_last(parts.files):
                file.seek(self._offset)
                while block := file.read(_BLOCK_BYTES):
                    yield block
                self._offset = 0
            self._hold(parts.files[-1])

    def _from_last(self, files: tuple[BinaryIO, ...]) -> tuple[BinaryIO, ...]:
        """Return the files from the one that was read last; all where that one went."""
        inode = os.fstat(self._last).st_ino if self._last >= 0 else None
        places = [n for n, file in enumerate(files) if os.fstat(file.fileno()).st_ino == inode]
        if not places:
            self._offset = 0
        return files[places[0] :] if places else files

    def _hold(self, file: BinaryIO) -> None:
        self.close()
        self._last, self._offset = os.dup(file.fileno()), file.tell()

    def close(self) -> None:
        """Let go of the part."""
        if self._last >= 0:
            os.close(self._last)
        self._last = -1


def _numbered(path: Path, number: int) -> Path:
    return path.with_name(f"{path.name}.{number}")


def _numbers(path: Path) -> list[int]:
    found = (name.name.removeprefix(f"{path.name}.") for name in path.parent.glob(f"{path.name}.*"))
    return sorted(int(number) for number in found if number.isascii() and number.isdecimal())
