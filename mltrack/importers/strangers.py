"""Read what somebody else laid out: plain files only, never through a link, never waiting."""

import hashlib
import os
import stat
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import BinaryIO

from mltrack.errors import IntegrityError
from mltrack.store.yaml_reader import MAX_BYTES

_BLOCK_BYTES = 1024 * 1024
_FLAGS = os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC
"""A link is refused; opening a pipe that nobody writes to does not wait."""


def folders_in(parent: Path) -> list[str]:
    """Return the sorted names of the folders in a folder; links are none, and lead to none."""
    try:
        return sorted(name for name, is_folder in _entries(parent) if is_folder)
    except OSError:
        return []


def others_in(parent: Path) -> list[str]:
    """Return the sorted names of all that is in a folder and is no folder itself, links too.

    Raises:
        IntegrityError: it is a link, or cannot be read.
    """
    try:
        return sorted(name for name, is_folder in _entries(parent) if not is_folder)
    except OSError as error:
        raise _unreadable(parent, error) from error


def _entries(parent: Path) -> list[tuple[str, bool]]:
    """Return what is in a folder that is no link: each name, and whether it is a folder."""
    descriptor = os.open(parent, _FLAGS | os.O_DIRECTORY)
    try:
        with os.scandir(descriptor) as entries:
            return [(entry.name, entry.is_dir(follow_symlinks=False)) for entry in entries]
    finally:
        os.close(descriptor)


@contextmanager
def opened(path: Path) -> Iterator[BinaryIO]:
    """Open a plain file for reading.

    Raises:
        IntegrityError: it is a link, a pipe or a device, or cannot be read.
    """
    try:
        descriptor = os.open(path, _FLAGS)
    except OSError as error:
        what = "is a symbolic link" if path.is_symlink() else f"cannot be read: {error.strerror}"
        raise IntegrityError(f"{path} {what}") from error
    with os.fdopen(descriptor, "rb") as file:
        if not stat.S_ISREG(os.fstat(descriptor).st_mode):
            raise IntegrityError(f"{path} is no plain file")
        yield file


def blocks_of(file: BinaryIO, path: Path) -> Iterator[bytes]:
    """Yield what is in a file, so that an error of the disk names it.

    Raises:
        IntegrityError: it cannot be read.
    """
    while True:
        try:
            block = file.read(_BLOCK_BYTES)
        except OSError as error:
            raise _unreadable(path, error) from error
        if not block:
            return
        yield block


def content(path: Path) -> bytes:
    """Return a small file's bytes.

    Raises:
        IntegrityError: it is no plain file, cannot be read, or is larger than YAML may be.
    """
    with opened(path) as file:
        refuse_large(file, path)
        return b"".join(blocks_of(file, path))


def refuse_large(file: BinaryIO, path: Path) -> None:
    """Refuse a file that is larger than readers of YAML take.

    Raises:
        IntegrityError: it is.
    """
    if os.fstat(file.fileno()).st_size > MAX_BYTES:
        raise IntegrityError(f"{path} is larger than {MAX_BYTES // 2**20} MiB")


def copy(source: Path, target: Path, *, size: int | None = None) -> str:
    """Copy a plain file to a new one and return its sha256.

    Args:
        source: the file.
        target: where to; nothing is there yet.
        size: how many bytes it must have; None takes any number.

    Raises:
        IntegrityError: the source is no plain file, has another size, or cannot be read.
        OSError: the target cannot be written.
    """
    with opened(source) as file:
        if size is not None and os.fstat(file.fileno()).st_size != size:
            raise IntegrityError(f"{source} does not have {size} bytes")
        target.parent.mkdir(parents=True, exist_ok=True)
        digest = hashlib.sha256()
        with target.open("xb") as writer:
            for block in blocks_of(file, source):
                digest.update(block)
                writer.write(block)
    return digest.hexdigest()


def sha256_of(path: Path) -> str:
    """Return the sha256 of a plain file.

    Raises:
        IntegrityError: it is no plain file, or cannot be read.
    """
    digest = hashlib.sha256()
    with opened(path) as file:
        for block in blocks_of(file, path):
            digest.update(block)
    return digest.hexdigest()


def _unreadable(path: Path, error: OSError) -> IntegrityError:
    return IntegrityError(f"{path} cannot be read: {error.strerror or error}")
