"""Make many files safe against a power cut in one wait for the whole file system."""

import os
import re
import sys
from collections.abc import Collection
from pathlib import Path

from mltrack.store.atomic import sync_file, sync_folder

MANY = 64
"""From so many on, one wait for all that is on its way costs less than a wait for each."""
_AT_ONCE = frozenset({"ext2", "ext3", "ext4", "f2fs", "xfs"})
"""File systems on a disk of their own, whose syncfs(2) waits for that disk as their fsync does.

One that sends its bytes elsewhere (over a network, to a program, to another file system) may pass
on neither the wait nor the failure: there each file is asked for.
"""
_TELLS_FAILURES = (5, 8)
"""The Linux from which on syncfs(2) returns what could not be written."""


def sync_files(paths: Collection[str | Path]) -> None:
    """Make the bytes of files safe.

    Raises:
        OSError: the disk refused.
    """
    if not _all_at_once(paths):
        for path in paths:
            sync_file(Path(path))


def sync_folders(folders: Collection[Path]) -> None:
    """Make the names in folders safe, where the system can.

    Raises:
        OSError: the disk refused.
    """
    if not _all_at_once(folders):
        for folder in folders:
            sync_folder(folder)


def _all_at_once(paths: Collection[str | Path]) -> bool:
    """Make these paths of one file system safe in one go; tell whether that could be done."""
    if len(paths) < MANY or not _kernel_tells_failures():
        return False
    descriptor = os.open(next(iter(paths)), os.O_RDONLY | os.O_CLOEXEC)
    try:
        return _kind_of(os.fstat(descriptor).st_dev) in _AT_ONCE and _syncfs(descriptor)
    finally:
        os.close(descriptor)


def _kernel_tells_failures() -> bool:
    if sys.platform != "linux":
        return False
    found = re.match(r"(\d+)\.(\d+)", os.uname().release)
    return found is not None and (int(found[1]), int(found[2])) >= _TELLS_FAILURES


def _kind_of(device: int) -> str:
    """Return the kind of file system that is mounted from a device; empty where nothing tells."""
    number = f"{os.major(device)}:{os.minor(device)}"
    try:
        lines = Path("/proc/self/mountinfo").read_text("utf-8", "replace").splitlines()
    except OSError:
        return ""
    kinds = [line.partition(" - ")[2].split(" ")[0] for line in lines if line.split()[2] == number]
    return kinds[0] if kinds else ""


def _syncfs(descriptor: int) -> bool:
    """Call syncfs(2), which Python does not offer; tell whether the system has it.

    Raises:
        OSError: something could not be written.
    """
    try:
        import ctypes

        call = ctypes.CDLL(None, use_errno=True).syncfs
    except (ImportError, OSError, AttributeError):
        return False
    if call(descriptor) == 0:
        return True
    number = ctypes.get_errno()
    raise OSError(number, os.strerror(number))
