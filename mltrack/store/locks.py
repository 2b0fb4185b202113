"""Locks for read-modify-write: held briefly, never needed for safety, the holder named."""

import contextlib
import os
import time
from collections.abc import Iterator
from pathlib import Path

from mltrack.errors import ConflictError
from mltrack.store.layout import refuse_links
from mltrack.store.liveness import this_host

TIMEOUT_SECONDS = 10.0
LOOK_SECONDS = 0.02


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
    path.parent.mkdir(parents=True, exist_ok=True)
    # made so that all may lock it whom the umask allows to write
    descriptor = os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o666)
    stack.callback(_closed, descriptor)
    until = time.monotonic() + timeout_seconds
    while not _is_taken(path, descriptor, stack):
        if time.monotonic() > until:
            raise ConflictError(
                f"{path} is held by {_holder(path)}",
                why=f"waited {timeout_seconds:g} seconds for it",
                fix="wait until that process has ended, then try again",
            )
        time.sleep(LOOK_SECONDS)
    refuse_links(_holder_file(path)).write_text(f"process {os.getpid()} on {this_host()}\n")


def _is_taken(path: Path, descriptor: int, stack: contextlib.ExitStack) -> bool:
    """Take the lock if nobody holds it, as filelock does, which takes long to import."""
    try:
        import fcntl
    except ImportError:
        return _is_taken_elsewhere(path, stack)
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    stack.callback(fcntl.flock, descriptor, fcntl.LOCK_UN)  # also for a child forked meanwhile
    return True


def _is_taken_elsewhere(path: Path, stack: contextlib.ExitStack) -> bool:
    from filelock import FileLock, Timeout

    lock = FileLock(path, mode=path.stat().st_mode & 0o777)
    try:
        lock.acquire(timeout=0)
    except Timeout:
        return False
    stack.callback(lock.release)
    return True


def _closed(descriptor: int) -> None:
    """Close a file in which nothing was written; what fails then takes nothing away."""
    with contextlib.suppress(OSError):
        os.close(descriptor)


def _holder_file(path: Path) -> Path:
    return path.with_name(f"{path.name}.holder")


def _holder(path: Path) -> str:
    try:
        return _holder_file(path).read_text().strip() or "another process"
    except (OSError, UnicodeDecodeError):
        return "another process"
