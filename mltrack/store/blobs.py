"""Copy files while hashing them; what is handed in is never linked, what is kept is read-only."""

import hashlib
import os
import shutil
from pathlib import Path

from mltrack.store.ids import new_writer

_BLOCK_BYTES = 1024 * 1024
_CLONE = 0x40049409
"""FICLONE of Linux: share the blocks of a file until one of the two is written (ioctl_ficlone(2))."""


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
        digest, size = hashlib.sha256(), 0
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
    digest = hashlib.sha256()
    with path.open("rb") as file:
        while block := file.read(_BLOCK_BYTES):
            digest.update(block)
    return digest.hexdigest()


def keep_object(built: Path, target: Path, *, sync: bool) -> None:
    """Move a finished file into the objects; equal bytes are kept once, read-only."""
    if target.exists():
        built.unlink()
        return
    built.chmod(0o444)
    if sync:
        descriptor = os.open(built, os.O_RDONLY)
        try:
            os.fsync(descriptor)
        finally:
            os.close(descriptor)
    target.parent.mkdir(parents=True, exist_ok=True)
    built.replace(target)


def temporary(tmp: Path) -> Path:
    """Return a path in `tmp` that nothing else uses."""
    tmp.mkdir(parents=True, exist_ok=True)
    return tmp / f"blob.{os.getpid()}.{new_writer()}"


def remove_tree(folder: Path) -> None:
    """Remove a folder and all below it, if it is there."""
    shutil.rmtree(folder, ignore_errors=True)
