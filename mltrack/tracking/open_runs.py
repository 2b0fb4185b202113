"""The runs that this process holds open: the active one, and their end when the process ends."""

import atexit
import contextlib
import os
import signal
import sys
import threading
from collections.abc import Callable
from contextvars import ContextVar
from pathlib import Path
from types import FrameType

from mltrack.errors import BadValueError, MltrackError, StoreWriteError
from mltrack.store.store import Store
from mltrack.tracking import exits, notices
from mltrack.tracking.ending import finish
from mltrack.tracking.live import LiveRun
from mltrack.tracking.outcome import Outcome, outcome_of
from mltrack.tracking.voices import STATUSES

_active: ContextVar[LiveRun | None] = ContextVar("mltrack_active_run", default=None)
_open: list[LiveRun] = []
_watching = False
_beginning = threading.RLock()
_fork = threading.local()


def hold(run: LiveRun) -> None:
    """Make a run the active one; it is ended with the process if nobody ends it before."""
    _watch_process()
    if run.writer.opens:
        _watch_termination()
    _open.append(run)
    _active.set(run)


def active() -> LiveRun | None:
    """Return the run of this context, else the process's innermost open one (in any thread)."""
    run = _active.get()
    if run is not None and run in _open:
        return run
    return _open[-1] if _open else None


def active_or(begin: Callable[[], LiveRun]) -> LiveRun:
    """Return the active run, or begin one, which only one of several threads does."""
    run = active()
    if run is not None:
        return run
    with _beginning:
        return active() or begin()


def joined_from(root: Path, run_id: str) -> LiveRun:
    """Return a run that another process of this machine handed over; it is the active one here."""
    run = next((r for r in _open if r.id == run_id and r.process == os.getpid()), None)
    if run is None:
        store = Store(root)
        try:
            run = LiveRun.join(store, run_id)
            run.keep_alive()
        except (OSError, StoreWriteError) as error:
            run = LiveRun.unkept(store, error, run_id)
        hold(run)
    return run


def let_go(run: LiveRun, outcome: Outcome) -> None:
    """End a run; what was active before is active again.

    A child process that inherited the run only lets go of it: the opener ends it.

    Raises:
        BadValueError: a run cannot end so.
    """
    if outcome.status not in STATUSES:
        raise BadValueError(f"a run ends as {', '.join(STATUSES)}, not {outcome.status!r}")
    if run in _open:
        _open.remove(run)
    if _active.get() is run:
        _active.set(_open[-1] if _open else None)
    finish(run, outcome.status, error=outcome.error, traceback=outcome.traceback)


def _watch_process() -> None:
    """Once a process: be told of its end, and of its forks."""
    global _watching  # noqa: PLW0603 - once a process
    if _watching:
        return
    _watching = True
    exits.watch()
    atexit.register(_end_all_at_exit)
    if hasattr(os, "register_at_fork"):
        os.register_at_fork(
            before=_hold_signals, after_in_parent=_release_signals, after_in_child=_inherit_all
        )


def _hold_signals() -> None:
    """Keep SIGTERM waiting while this thread forks.

    A signal that came to the child before it has its own handling would be taken and forgotten: a
    pool that ends its workers at once would wait for them for ever.
    """
    _fork.mask = signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGTERM})


def _release_signals() -> None:
    signal.pthread_sigmask(signal.SIG_SETMASK, _fork.mask)


def _inherit_all() -> None:
    """Let a forked child begin anew: no lock of its parent's threads, no part in how runs end."""
    global _beginning  # noqa: PLW0603 - another thread of the parent may have held it
    _beginning = threading.RLock()
    for run in _open:
        run.inherit()
    with contextlib.suppress(ValueError, OSError):
        if signal.getsignal(signal.SIGTERM) is _end_all_as_killed:
            signal.signal(signal.SIGTERM, signal.SIG_DFL)
    _release_signals()


def _end_all_at_exit() -> None:
    """End what was left open; at a prompt, the last error did not end the program."""
    error = None if hasattr(sys, "ps1") else getattr(sys, "last_value", None) or exits.left_by()
    for run in reversed(list(_open)):
        if run.process == os.getpid():
            try:
                let_go(run, outcome_of(error, run.store.project))
            except MltrackError as refused:  # strict; nobody is left to catch it
                notices.say(refused.message)


def _watch_termination() -> None:
    """On SIGTERM, end the runs as killed and die of it; a handler of the program's own stays."""
    with contextlib.suppress(ValueError, OSError):  # only the main thread may ask
        if signal.getsignal(signal.SIGTERM) is signal.SIG_DFL:
            signal.signal(signal.SIGTERM, _end_all_as_killed)


def _end_all_as_killed(number: int, _frame: FrameType | None) -> None:
    for run in reversed(list(_open)):
        if run.process == os.getpid():
            with contextlib.suppress(MltrackError, OSError):
                let_go(run, Outcome("killed", f"signal {number}"))
    signal.signal(number, signal.SIG_DFL)
    os.kill(os.getpid(), number)
