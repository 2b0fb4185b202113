"""Copy files while hashing them; what is handed in is never linked, what is kept is read-only."""

import contextlib
import os
import stat
from pathlib import Path
from typing import TYPE_CHECKING

from mltrack.errors import UsageError
from mltrack.store.atomic import move, sync_file, sync_folder, unused
from mltrack.store.layout import refuse_links
from mltrack.store.plain import open_plain
from mltrack.store.sha256 import sha256_hex

if TYPE_CHECKING:
    import hashlib

_BLOCK_BYTES = 1024 * 1024
_SHORT_BYTES = 256 * 1024
"""Below it a file is digested sooner than OpenSSL is loaded."""
_ENDLESS = 2**63
"""What a file without a size may hold, as those of the system that are made while they are read."""
_CLONE = 0x40049409
"""FICLONE of Linux: share blocks until one of the two files is written (ioctl_ficlone(2))."""


def copy_hashing(source: Path, target: Path) -> tuple[int, str]:
    """Copy a file to a new one, sharing its blocks where the file system can.

    Of a file that grows meanwhile, what it held at the beginning is copied, so that this ends
    however fast somebody writes. What is hashed is what was kept, whatever becomes of the source.

    Returns:
        The size in bytes and the sha256 of what was copied.

    Raises:
        UsageError: the source is a pipe, a socket or a device.
        OSError: the source cannot be read or the target cannot be made.
    """
    target.parent.mkdir(parents=True, exist_ok=True)
    with open(source, "rb", opener=_open_file) as reader, target.open("xb") as writer:
        if _clone(reader.fileno(), writer.fileno()):
            return target.stat().st_size, sha256_of(target)
        digest, size = _sha256(), 0
        end = os.fstat(reader.fileno()).st_size or _ENDLESS
        while block := reader.read(min(_BLOCK_BYTES, end - size)):
            digest.update(block)
            writer.write(block)
            size += len(block)
    return size, digest.hexdigest()


def _open_file(path: str, flags: int) -> int:
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


def sha256_of(path: Path) -> str:
    """Return the sha256 of a file, read in blocks."""
    with open_plain(path) as file:
        block = file.read(_BLOCK_BYTES)
        if len(block) < _SHORT_BYTES:
            return sha256_hex(block + file.read())
        digest = _sha256()
        while block:
            digest.update(block)
            block = file.read(_BLOCK_BYTES)
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
    if _is_kept(refuse_links(target), sync=sync):
        built.unlink()
        return
    keep(built, target, sync=sync)


def _is_kept(target: Path, *, sync: bool) -> bool:
    """Tell whether an object is there and whole; if so, it is as new from now on."""
    try:
        if not stat.S_ISREG(target.lstat().st_mode):
            return False
        os.utime(target)
        if sha256_of(target) != target.parent.name + target.name:
            return False
        if sync:
            sync_file(target)
            sync_folder(target.parent)
    except (FileNotFoundError, PermissionError):  # it was taken away, or is somebody else's
        return False
    return True


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


def _sha256() -> "hashlib._Hash":
    import hashlib

    return hashlib.sha256()
