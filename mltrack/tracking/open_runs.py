"""The runs that this process holds open: the active one, and their end when the process ends."""

import atexit
import contextlib
import os
import signal
import sys
import threading
from contextvars import ContextVar
from types import FrameType

from mltrack.tracking.ending import finish
from mltrack.tracking.live import LiveRun

_active: ContextVar[LiveRun | None] = ContextVar("mltrack_active_run", default=None)
_open: list[LiveRun] = []
_watching = False


def hold(run: LiveRun) -> None:
    """Make a run the active one; it is ended with the process if nobody ends it before."""
    _watch_process()
    _open.append(run)
    _active.set(run)


def active() -> LiveRun | None:
    """Return the run of this context, else the process's innermost open one (in any thread)."""
    run = _active.get()
    if run is not None and run in _open:
        return run
    return _open[-1] if _open else None


def let_go(run: LiveRun, status: str, *, error: str = "") -> None:
    """End a run; what was active before is active again.

    A child process that inherited the run only lets go of it: the opener ends it.
    """
    if run in _open:
        _open.remove(run)
    if _active.get() is run:
        _active.set(_open[-1] if _open else None)
    finish(run, status, error=error)


def _watch_process() -> None:
    global _watching  # noqa: PLW0603 - once a process
    if _watching:
        return
    _watching = True
    atexit.register(_end_all_at_exit)
    if hasattr(os, "register_at_fork"):
        os.register_at_fork(after_in_child=_inherit_all)
    if threading.current_thread() is threading.main_thread():
        _watch_termination()


def _inherit_all() -> None:
    for run in _open:
        run.inherit()


def _end_all_at_exit() -> None:
    error = getattr(sys, "last_value", None)
    status, line = status_of(error)
    for run in reversed(list(_open)):
        if run.process == os.getpid():
            let_go(run, status, error=line)


def status_of(error: BaseException | None) -> tuple[str, str]:
    """Return how a run ends that an exception leaves, and the line that says what it was."""
    if error is None or (isinstance(error, SystemExit) and error.code in {0, None}):
        return "finished", ""
    if isinstance(error, KeyboardInterrupt):
        return "killed", "KeyboardInterrupt"
    return "failed", f"{type(error).__name__}: {error}".partition("\n")[0]


def _watch_termination() -> None:
    """On SIGTERM, end the runs as killed and die of it; a handler of the program's own stays."""
    with contextlib.suppress(ValueError, OSError):
        if signal.getsignal(signal.SIGTERM) is signal.SIG_DFL:
            signal.signal(signal.SIGTERM, _end_all_as_killed)


def _end_all_as_killed(number: int, _frame: FrameType | None) -> None:
    for run in reversed(list(_open)):
        if run.process == os.getpid():
            let_go(run, "killed", error=f"signal {number}")
    signal.signal(number, signal.SIG_DFL)
    os.kill(os.getpid(), number)
