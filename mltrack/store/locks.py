"""Locks for read-modify-write: held briefly, never needed for safety, the holder named."""

import contextlib
import os
import platform
from collections.abc import Iterator
from pathlib import Path

from mltrack.errors import ConflictError
from mltrack.store.layout import refuse_links

TIMEOUT_SECONDS = 10.0


@contextlib.contextmanager
def locked(path: Path, *, timeout_seconds: float = TIMEOUT_SECONDS) -> Iterator[None]:
    """Hold the lock file `path`; go on without it where the file system has no locks.

    Raises:
        ConflictError: somebody else still holds it after `timeout_seconds`.
    """
    refuse_links(path)
    with contextlib.ExitStack() as stack:
        with contextlib.suppress(OSError, NotImplementedError):
            _acquire(path, timeout_seconds, stack)
        yield


def _acquire(path: Path, timeout_seconds: float, stack: contextlib.ExitStack) -> None:
    from filelock import FileLock, Timeout

    path.parent.mkdir(parents=True, exist_ok=True)
    lock = FileLock(path, mode=_mode_of(path))
    try:
        lock.acquire(timeout=timeout_seconds)
    except Timeout:
        raise ConflictError(
            f"{path} is held by {_holder(path)}",
            why=f"waited {timeout_seconds:g} seconds for it",
            fix="wait until that process has ended, then try again",
        ) from None
    stack.callback(lock.release)
    refuse_links(_holder_file(path)).write_text(f"process {os.getpid()} on {platform.node()}\n")


def _mode_of(path: Path) -> int:
    """Make the file so that all may lock it whom the umask allows to write, and return its mode."""
    os.close(os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o666))
    return path.stat().st_mode & 0o777


def _holder_file(path: Path) -> Path:
    return path.with_name(f"{path.name}.holder")


def _holder(path: Path) -> str:
    try:
        return _holder_file(path).read_text().strip() or "another process"
    except (OSError, UnicodeDecodeError):
        return "another process"
