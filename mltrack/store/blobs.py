"""Copy files while hashing them; what is handed in is never linked, what is kept is read-only."""

import contextlib
import os
import stat
from pathlib import Path
from typing import TYPE_CHECKING

from mltrack.errors import UsageError
from mltrack.store.atomic import move, sync_file, sync_folder, unused
from mltrack.store.direct import LARGE_BYTES, DirectCopy
from mltrack.store.layout import refuse_links
from mltrack.store.plain import open_plain
from mltrack.store.sha256 import sha256_hex

if TYPE_CHECKING:
    import hashlib
    from collections.abc import Callable

BLOCK_BYTES = 1024 * 1024
SHORT_BYTES = 256 * 1024
"""Below it a file is digested sooner than OpenSSL is loaded."""
_ENDLESS = 2**63
"""What a file without a size may hold, as those of the system that are made while they are read."""
_CLONE = 0x40049409
"""FICLONE of Linux: share blocks until one of the two files is written (ioctl_ficlone(2))."""


def copy_hashing(source: Path, target: Path, *, direct: bool = False) -> tuple[int, str]:
    """Copy a file to a new one, sharing its blocks where the file system can.

    Of a file that grows meanwhile, what it held at the beginning is copied, so that this ends
    however fast somebody writes. What is hashed is what was kept, whatever becomes of the source.

    Args:
        source: the file.
        target: the new one.
        direct: whether it is to be on the disk soon, so that it need not lie in memory as well.

    Returns:
        The size in bytes and the sha256 of what was copied.

    Raises:
        UsageError: the source is a pipe, a socket or a device.
        OSError: the source cannot be read or the target cannot be made.
    """
    target.parent.mkdir(parents=True, exist_ok=True)
    with open(source, "rb", opener=open_source) as reader, target.open("xb") as writer:
        if _clone(reader.fileno(), writer.fileno()):
            return target.stat().st_size, sha256_of(target)
        digest, size = new_sha256(), 0
        end = os.fstat(reader.fileno()).st_size or _ENDLESS
        if direct and LARGE_BYTES <= end < _ENDLESS:
            size = DirectCopy(writer.fileno()).copy(reader, end, digest)
            return size, digest.hexdigest()
        while block := reader.read(min(BLOCK_BYTES, end - size)):
            digest.update(block)
            writer.write(block)
            size += len(block)
    return size, digest.hexdigest()


def open_source(path: str | Path, flags: int = os.O_RDONLY) -> int:
    """Open a file without waiting, as opening a pipe does, and refuse whatever is none."""
    descriptor = os.open(path, flags | os.O_NONBLOCK | os.O_CLOEXEC)
    if not stat.S_ISREG(os.fstat(descriptor).st_mode):
        os.close(descriptor)
        raise UsageError(f"{path} is no file, so there is nothing to keep")
    return descriptor


def _clone(source: int, target: int) -> bool:
    try:
        import fcntl

        fcntl.ioctl(target, _CLONE, source)
    except (ImportError, OSError):
        return False
    return True


def sha256_of(path: Path, tell: "Callable[[int], object] | None" = None) -> str:
    """Return the sha256 of a file, read in blocks.

    Args:
        path: the file.
        tell: is called with how many bytes more were read.
    """
    with open_plain(path) as file:
        block = file.read(BLOCK_BYTES)
        if len(block) < SHORT_BYTES:
            return sha256_hex(block + file.read())
        digest = new_sha256()
        while block:
            digest.update(block)
            if tell is not None:
                tell(len(block))
            block = file.read(BLOCK_BYTES)
    return digest.hexdigest()


def keep_object(built: Path, target: Path, *, sync: bool) -> None:
    """Move a finished file into the objects; equal bytes are kept once, read-only.

    An object that is there already is touched, so that nobody takes it for an old one that nothing
    names. One that cannot be touched, or does not hold what its name says, is replaced.

    Args:
        built: the file, which is gone afterwards.
        target: the object's path, whose last two parts are its digest.
        sync: whether it has reached the disk when this returns.
    """
    if is_whole(refuse_links(target)):
        try:
            if sync:
                sync_file(target)
                sync_folder(target.parent)
        except FileNotFoundError:  # it was taken away
            pass
        else:
            built.unlink()
            return
    keep(built, target, sync=sync)


def is_whole(target: Path) -> bool:
    """Tell whether an object is there and holds what its name says; if so, it is as new."""
    try:
        if not stat.S_ISREG(target.lstat().st_mode):
            return False
        os.utime(target)
        return sha256_of(target) == target.parent.name + target.name
    except (FileNotFoundError, PermissionError):  # it was taken away, or is somebody else's
        return False


def keep(built: Path, target: Path, *, sync: bool) -> None:
    """Move a finished file to its place, where it can be read by those who could read it here."""
    make_read_only(built)
    if sync:
        sync_file(built)
    move(built, target, sync=sync)


def make_read_only(path: Path) -> None:
    """Take away the right to write or to execute a file, where the file system has rights."""
    with contextlib.suppress(PermissionError):
        path.chmod(path.stat().st_mode & 0o444)


def temporary(tmp: Path) -> Path:
    """Return a path in `tmp` that nothing else uses."""
    refuse_links(tmp).mkdir(parents=True, exist_ok=True)
    return unused(tmp)


def new_sha256(data: bytes = b"") -> "hashlib._Hash":
    """Return a sha256 that has taken in these bytes."""
    import hashlib

    return hashlib.sha256(data)
