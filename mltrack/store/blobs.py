"""Copy files while hashing them; what is handed in is never linked, what is kept is read-only."""

import contextlib
from pathlib import Path
from typing import TYPE_CHECKING

from mltrack.store.atomic import move, sync_file, unused
from mltrack.store.layout import refuse_links

if TYPE_CHECKING:
    import hashlib

_BLOCK_BYTES = 1024 * 1024
_CLONE = 0x40049409
"""FICLONE of Linux: share blocks until one of the two files is written (ioctl_ficlone(2))."""


def copy_hashing(source: Path, target: Path) -> tuple[int, str]:
    """Copy a file to a new one, sharing its blocks where the file system can.

    Returns:
        The size in bytes and the sha256 of what was copied.

    Raises:
        OSError: the source cannot be read or the target cannot be made.
    """
    target.parent.mkdir(parents=True, exist_ok=True)
    with source.open("rb") as reader, target.open("xb") as writer:
        if _clone(reader.fileno(), writer.fileno()):
            return target.stat().st_size, sha256_of(target)
        digest, size = _sha256(), 0
        while block := reader.read(_BLOCK_BYTES):
            digest.update(block)
            writer.write(block)
            size += len(block)
    return size, digest.hexdigest()


def _clone(source: int, target: int) -> bool:
    try:
        import fcntl

        fcntl.ioctl(target, _CLONE, source)
    except (ImportError, OSError):
        return False
    return True


def sha256_of(path: Path) -> str:
    """Return the sha256 of a file, read in blocks."""
    digest = _sha256()
    with path.open("rb") as file:
        while block := file.read(_BLOCK_BYTES):
            digest.update(block)
    return digest.hexdigest()


def keep_object(built: Path, target: Path, *, sync: bool) -> None:
    """Move a finished file into the objects; equal bytes are kept once, read-only.

    An object that is there already but does not hold what its name says is replaced.

    Args:
        built: the file, which is gone afterwards.
        target: the object's path, whose last two parts are its digest.
        sync: whether it has reached the disk when this returns.
    """
    refuse_links(target)
    if target.is_file() and sha256_of(target) == target.parent.name + target.name:
        built.unlink()
        return
    keep(built, target, sync=sync)


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
