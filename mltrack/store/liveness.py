"""Tell whether the process that writes a run is still alive."""

import contextlib
import json
import os
import time
from collections.abc import Mapping
from enum import StrEnum
from functools import cache
from pathlib import Path
from typing import Any

from mltrack.store.atomic import write_file
from mltrack.store.ids import is_id
from mltrack.store.layout import refuse_links
from mltrack.store.plain import read_plain

_PIDS = 2**31
MARK_SUFFIX = ".writer"
OPEN_RUNS = "open"


class Life(StrEnum):
    """What can be known of a writer."""

    ALIVE = "alive"
    GONE = "gone"
    UNKNOWN = "unknown"


def mark_of_this_process(*, process: bool = True) -> dict[str, Any]:
    """Return what identifies this process; `process=False` for a run that no process holds open."""
    mark: dict[str, Any] = {"host": this_host(), "boot": _boot_here()}
    if process:
        pid = os.getpid()
        mark |= {"pid": pid, "started": _started_here(pid), "namespace": _namespace_here(pid)}
    return mark


@cache
def _boot_here() -> str:
    return boot_id()


@cache
def _started_here(pid: int) -> str:
    return process_start(pid)


@cache
def _namespace_here(pid: int) -> str:
    del pid
    return _pid_namespace()


def this_host() -> str:
    """Return the name of this machine, as `platform.node` does, which takes a while to import."""
    if hasattr(os, "uname"):
        return os.uname().nodename
    import platform

    return platform.node()


def boot_id() -> str:
    """Return what changes whenever this machine starts, or an empty text where nothing tells."""
    return _first_line(Path("/proc/sys/kernel/random/boot_id"))


def _pid_namespace() -> str:
    try:
        return str(Path("/proc/self/ns/pid").readlink())
    except OSError:
        return ""


def process_start(pid: int) -> str:
    """Return when a process began, in the system's own ticks; empty where nothing tells.

    A process that has ended and was not waited for counts as gone: nothing tells of it either.
    """
    _, _, after_name = _first_line(Path(f"/proc/{pid}/stat")).rpartition(")")
    fields = after_name.split()
    if len(fields) <= 19 or fields[0] in {"Z", "X"}:  # noqa: PLR2004 - starttime is proc(5) field 22
        return ""
    return fields[19]


def began_here() -> float | None:
    """Return when this process began, in Unix seconds; None where nothing tells."""
    ticks = process_start(os.getpid())
    if not ticks or not hasattr(time, "CLOCK_BOOTTIME"):
        return None
    booted = time.time() - time.clock_gettime(time.CLOCK_BOOTTIME)
    return booted + int(ticks) / os.sysconf("SC_CLK_TCK")


def _first_line(path: Path) -> str:
    try:
        return path.read_text(errors="replace").partition("\n")[0]
    except OSError:
        return ""


def life_of(mark: dict[str, Any]) -> Life:
    """Tell whether the process behind a mark lives; never guessed across machines."""
    if not mark:
        return Life.GONE
    if mark.get("host") != this_host():
        return Life.UNKNOWN
    if "pid" not in mark:
        return Life.ALIVE
    if mark.get("boot") != boot_id():
        return Life.GONE
    pid = mark["pid"]
    if mark.get("namespace") != _pid_namespace() or type(pid) is not int or not 0 < pid < _PIDS:
        return Life.UNKNOWN
    started = mark.get("started")
    is_it = is_running(pid) and (not started or started == process_start(pid))
    return Life.ALIVE if is_it else Life.GONE


def is_running(pid: int) -> bool:
    """Tell whether a process of this number runs on this machine now, whosever it is."""
    if not 0 < pid < _PIDS:
        return False
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        pass
    return True


def not_gone(marks: Mapping[str, dict[str, Any]]) -> set[str]:
    """Return those of some marks whose process may be writing: it lives, or nobody can tell."""
    return {name for name, mark in marks.items() if life_of(mark) is not Life.GONE}


def write_mark(folder: Path, writer: str, mark: dict[str, Any]) -> None:
    """Say in `local/<run-id>/` that a writer lives, and then list its run as open.

    In this order: whoever forgets the run meanwhile sees the mark, or is overtaken by the listing.

    Raises:
        StoreWriteError: the disk refused.
    """
    local, data = folder.parent, json.dumps(mark).encode()
    tmp = local.parent / "tmp"
    with contextlib.suppress(OSError):
        refuse_links(folder).mkdir()
    write_file(folder / f"{writer}{MARK_SUFFIX}", data, tmp=tmp, sync=False)
    listed = refuse_links(local / OPEN_RUNS / folder.name)
    try:
        listed.touch()
    except OSError:  # its folder is not there yet
        write_file(listed, b"", tmp=tmp, sync=False)


def open_runs(local: Path) -> list[str]:
    """Return the ids of the runs that some writer on this machine may still hold open."""
    try:
        return sorted(path.name for path in (local / OPEN_RUNS).iterdir() if is_id(path.name))
    except OSError:
        return []


def forget_open(local: Path, run_id: str) -> None:
    """List a run as open no more, and remove what is left empty of it."""
    listed = local / OPEN_RUNS / run_id
    with contextlib.suppress(OSError):
        listed.unlink(missing_ok=True)
        if marks_in(local / run_id):  # of a writer that came in this moment
            listed.touch()
            return
    with contextlib.suppress(OSError):
        (local / run_id / "heartbeat").unlink(missing_ok=True)
        (local / run_id).rmdir()


def remove_mark(folder: Path, writer: str) -> None:
    """Say that a writer has ended."""
    with contextlib.suppress(OSError):
        (folder / f"{writer}{MARK_SUFFIX}").unlink(missing_ok=True)


def marks_in(folder: Path) -> dict[str, dict[str, Any]]:
    """Return the marks of the writers that have not said that they ended, by writer."""
    try:
        names = sorted(os.listdir(folder))  # noqa: PTH208 - a run's end asks several times
    except OSError:
        return {}
    marks = (name for name in names if name.endswith(MARK_SUFFIX))
    return {name.removesuffix(MARK_SUFFIX): _read_mark(folder / name) for name in marks}


def _read_mark(path: Path) -> dict[str, Any]:
    """Return a mark; an empty one where its bytes are none, which only a power cut leaves."""
    try:
        mark = json.loads(read_plain(path))
    except OSError:
        return {"host": ""}
    except (ValueError, RecursionError):
        return {}
    return mark if isinstance(mark, dict) else {}
