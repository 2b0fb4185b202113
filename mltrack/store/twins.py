"""Find an object that holds the bytes of a large file, so that they need not be written again."""

import contextlib
import os
import stat
from collections.abc import Iterator
from pathlib import Path
from typing import BinaryIO

from mltrack.store.blobs import BLOCK_BYTES, new_sha256, open_source
from mltrack.store.ids import SHA256
from mltrack.store.layout import refuse_links
from mltrack.store.plain import open_plain

_BYTES_A_LOOK = 32 * 1024
"""Of the file, for each object that is looked at: so to search costs little beside reading it."""
_SAMPLES = 16
_SAMPLE_BYTES = 4096


def twin_of(source: Path, size: int, objects: Path) -> str | None:
    """Return the digest of an object that is this file, byte for byte; it is as new from now on.

    Whole files are compared only when samples of them are equal, and once at most: checkpoints of
    one size that differ must not be read for nothing.

    Args:
        source: the file.
        size: its size, or what it held when that was asked.
        objects: the folder of all objects.

    Raises:
        UsageError: the source is a pipe, a socket or a device.
        OSError: the source cannot be read.
    """
    with open(source, "rb", opener=open_source) as file:
        samples = _Samples(file, size)
        alike = next((path for path in _of_size(objects, size) if samples.are_in(path)), None)
        if alike is None:
            return None
        file.seek(0)
        with contextlib.suppress(OSError):  # it was taken away, or is somebody else's
            return _digest_of_both(file, alike, size)
    return None


def _of_size(objects: Path, size: int) -> Iterator[Path]:
    """Yield the objects of a size, as far as it is worth looking for them."""
    left = size // _BYTES_A_LOOK
    for folder in _entries(refuse_links(objects)):
        if not folder.is_dir(follow_symlinks=False):
            continue
        for entry in _entries(Path(folder.path)):
            left -= 1
            if left < 0:
                return
            with contextlib.suppress(OSError):
                told = entry.stat(follow_symlinks=False)
                is_object = stat.S_ISREG(told.st_mode) and SHA256.match(folder.name + entry.name)
                if is_object and told.st_size == size:
                    yield Path(entry.path)


def _entries(folder: Path) -> "list[os.DirEntry[str]]":
    try:
        with os.scandir(folder) as entries:
            return list(entries)
    except OSError:
        return []


class _Samples:
    """Pages of a file, each read when it is first asked for."""

    def __init__(self, file: BinaryIO, size: int) -> None:
        step = max(size - _SAMPLE_BYTES, 1) // (_SAMPLES - 1)
        self._file = file
        self._places = [step * number for number in reversed(range(_SAMPLES))]
        self._pages: dict[int, bytes] = {}

    def are_in(self, path: Path) -> bool:
        """Tell whether another file has the same pages."""
        try:
            with open_plain(path) as other:
                return all(_page(other, place) == self._page(place) for place in self._places)
        except OSError:
            return False

    def _page(self, place: int) -> bytes:
        if place not in self._pages:
            self._pages[place] = _page(self._file, place)
        return self._pages[place]


def _page(file: BinaryIO, place: int) -> bytes:
    file.seek(place)
    return file.read(_SAMPLE_BYTES)


def _digest_of_both(file: BinaryIO, path: Path, size: int) -> str | None:
    """Return the digest of a file if an object holds its bytes, and is what its name says."""
    digest, ours, theirs = new_sha256(), bytearray(BLOCK_BYTES), bytearray(BLOCK_BYTES)
    with open_plain(path) as other:
        for place in range(0, size, BLOCK_BYTES):
            count = min(BLOCK_BYTES, size - place)
            read = (_filled(file, ours), _filled(other, theirs))
            if read != (count, count) or ours != theirs:
                return None
            digest.update(memoryview(ours)[:count])
        os.utime(path)
        is_there = path.lstat().st_ino == os.fstat(other.fileno()).st_ino
    name = path.parent.name + path.name
    return name if is_there and digest.hexdigest() == name else None


def _filled(file: BinaryIO, block: bytearray) -> int:
    return file.readinto(block)  # type: ignore[attr-defined, no-any-return]  # a BufferedReader
