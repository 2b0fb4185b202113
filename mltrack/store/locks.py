"""Locks for read-modify-write: held briefly, never needed for safety, the holder named."""

import contextlib
import os
import platform
from collections.abc import Iterator
from pathlib import Path

from mltrack.errors import ConflictError

TIMEOUT_SECONDS = 10.0


@contextlib.contextmanager
def locked(path: Path, *, timeout_seconds: float = TIMEOUT_SECONDS) -> Iterator[None]:
    """Hold the lock file `path`; go on without it where the file system has no locks.

    Raises:
        ConflictError: somebody else still holds it after `timeout_seconds`.
    """
    from filelock import FileLock, Timeout

    lock = FileLock(path)
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        lock.acquire(timeout=timeout_seconds)
    except Timeout:
        raise ConflictError(
            f"{path} is held by {_holder(path)}",
            why=f"waited {timeout_seconds:g} seconds for it",
            fix="wait until that process has ended, then try again",
        ) from None
    except (OSError, NotImplementedError):
        yield
        return
    try:
        with contextlib.suppress(OSError):
            _holder_file(path).write_text(f"process {os.getpid()} on {platform.node()}\n")
        yield
    finally:
        lock.release()


def _holder_file(path: Path) -> Path:
    return path.with_name(f"{path.name}.holder")


def _holder(path: Path) -> str:
    try:
        return _holder_file(path).read_text().strip() or "another process"
    except OSError:
        return "another process"
