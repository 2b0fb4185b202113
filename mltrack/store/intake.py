"""Take in files: each is hashed while it is read, and written only where its bytes are not kept."""

import itertools
import os
import stat
from collections.abc import Callable
from pathlib import Path
from typing import NamedTuple

from mltrack.store.atomic import unused, write_all
from mltrack.store.blobs import (
    BLOCK_BYTES,
    SHORT_BYTES,
    copy_hashing,
    is_whole,
    make_read_only,
    new_sha256,
    open_source,
)
from mltrack.store.layout import Layout, refuse_links
from mltrack.store.plain import open_plain
from mltrack.store.sha256 import sha256_hex
from mltrack.store.twins import twin_of

AT_ONCE_BYTES = 8 * BLOCK_BYTES
"""A file up to this size is read whole before anything is written."""
_UNSIZED_BYTES = 64 * 1024
"""What is read at a time of a file that tells no size: an empty one, or one of the system."""


class Taken(NamedTuple):
    """What was taken in.

    Attributes:
        size: in bytes.
        sha256: the digest of what was kept, whatever becomes of the source.
        inline: whether it is to lie in place.
        built: the copy in `tmp`; None where an object holds these bytes already.
    """

    size: int
    sha256: str
    inline: bool
    built: str | None


class Intake:
    """Takes in files for one call, which looks at each folder of the store once."""

    def __init__(self, layout: Layout, *, sync: bool) -> None:
        self._layout = layout
        self._sync = sync
        self._bytes_read = 0
        self._folders: set[str] = set()
        self._names: itertools.count[int] = itertools.count()
        refuse_links(layout.tmp).mkdir(parents=True, exist_ok=True)
        self._stem = str(unused(layout.tmp))

    def take(self, source: Path | bytes, lies_inline: Callable[[int], bool]) -> Taken:
        """Take in a file, or bytes; of a file that grows meanwhile, what it held at the beginning.

        Args:
            source: the file, or the bytes.
            lies_inline: tells of a size whether a file of it is to lie in place.

        Raises:
            UsageError: the source is a pipe, a socket or a device.
            OSError: the source cannot be read, or the disk refused.
        """
        if isinstance(source, bytes):
            return self._small(source, lies_inline)
        descriptor = open_source(source)
        try:
            size = os.fstat(descriptor).st_size
            data = _read(descriptor, size) if size <= AT_ONCE_BYTES else None
        finally:
            os.close(descriptor)
        if data is None:
            return self._large(source, size, lies_inline)
        return self._small(data, lies_inline)

    def _small(self, data: bytes, lies_inline: Callable[[int], bool]) -> Taken:
        size, sha256 = len(data), self._digest(data)
        inline = lies_inline(size)
        if not inline and self._holds(sha256, data):
            return Taken(size, sha256, inline, None)
        return Taken(size, sha256, inline, self._write(data))

    def _digest(self, data: bytes) -> str:
        """Return the digest of bytes; OpenSSL is loaded where that is worth its time."""
        self._bytes_read += len(data)
        return sha256_hex(data) if self._bytes_read < SHORT_BYTES else new_sha256(data).hexdigest()

    def _large(self, source: Path, size: int, lies_inline: Callable[[int], bool]) -> Taken:
        if size and not lies_inline(size):
            twin = twin_of(source, size, self._layout.objects)
            if twin:
                return Taken(size, twin, inline=False, built=None)
        built = Path(self._unused())
        try:
            size, sha256 = copy_hashing(source, built, direct=self._sync)
            inline = lies_inline(size)
            if not inline and is_whole(refuse_links(self._layout.object(sha256))):
                built.unlink()
                return Taken(size, sha256, inline, None)
        except BaseException:
            built.unlink(missing_ok=True)
            raise
        make_read_only(built)
        return Taken(size, sha256, inline, str(built))

    def _holds(self, sha256: str, data: bytes) -> bool:
        """Tell whether an object holds these bytes; if so, it is as new from now on."""
        target = self._layout.object(sha256)
        place = str(target)
        self._look_at(target, place[: -len(target.name)])
        try:
            if not stat.S_ISREG(os.lstat(place).st_mode):
                refuse_links(target)
                return False
            os.utime(target)
            with open_plain(target) as file:
                return file.read(len(data) + 1) == data
        except (FileNotFoundError, PermissionError):  # taken away, or somebody else's
            return False

    def _look_at(self, target: Path, folder: str) -> None:
        if folder not in self._folders:
            refuse_links(target.parent)
            self._folders.add(folder)

    def _unused(self) -> str:
        return f"{self._stem}.{next(self._names)}"

    def _write(self, data: bytes) -> str:
        path = self._unused()
        flags = os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC
        descriptor = os.open(path, flags, 0o444)
        try:
            write_all(descriptor, data)
        except BaseException:
            Path(path).unlink(missing_ok=True)
            raise
        finally:
            os.close(descriptor)
        return path


def _read(descriptor: int, size: int) -> bytes | None:
    """Return what a file holds, up to this size; None of one without a size that is a large one."""
    blocks: list[bytes] = []
    left = size or AT_ONCE_BYTES
    while left and (block := os.read(descriptor, left if size else _UNSIZED_BYTES)):
        blocks.append(block)
        left -= min(left, len(block))
    if not size and not left:
        return None
    return blocks[0] if len(blocks) == 1 else b"".join(blocks)
