"""Run a child to its end; its whole group is stopped on ^C, or when its time is over."""

import contextlib
import os
import selectors
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import NamedTuple

from mltrack.projects.running.pump import Sinks, pumped
from mltrack.projects.running.screen import Screen
from mltrack.projects.running.stopping import Grace, Stopping
from mltrack.store import signals
from mltrack.store.rotating import RotatingFile

TIMED_OUT = 124
_POLL_SECONDS = 0.05
_LOG_BYTES = 256 * 1024 * 1024
_STUCK_SECONDS = 5.0


class Outcome(NamedTuple):
    """How a child ended.

    Attributes:
        code: its exit code, or what stands for it.
        signal: the signal that ended it, or by which it was told to end.
        timed_out: whether it was stopped because its time was over.
        lost_bytes: how much of what it printed could not be kept.
        fault: why.
    """

    code: int
    signal: int | None = None
    timed_out: bool = False
    lost_bytes: int = 0
    fault: str = ""


class Job(NamedTuple):
    """A command with all that it needs. Its first element is a path, or is looked up on `PATH`.

    Attributes:
        log: where its output is kept.
        log_bytes: how much of it.
        timeout_seconds: how long it may take; None: for ever.
    """

    argv: Sequence[str]
    folder: Path
    variables: Mapping[str, str]
    log: Path
    log_bytes: int = _LOG_BYTES
    timeout_seconds: float | None = None


def run(job: Job, terminal: tuple[Screen, Screen], grace: Grace | None = None) -> Outcome:
    """Run a command in a process group of its own until it ends.

    Args:
        job: what to run.
        terminal: where its output and its errors are shown while it runs.
        grace: how patiently it is stopped when this process gets ^C, SIGTERM or SIGHUP, or when
            its time is over.

    Raises:
        OSError: the command cannot be started.
    """
    with signals.noted() as received, _kept(job) as (log, fault):
        child = subprocess.Popen(
            list(job.argv),
            cwd=job.folder,
            env=dict(job.variables),
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            start_new_session=True,
        )
        end = None if job.timeout_seconds is None else time.monotonic() + job.timeout_seconds
        sinks, timed_out = Sinks(out=terminal[0], err=terminal[1], log=log), False
        with _not_alone(child), pumped(child, sinks, received) as pump, _watched(child) as wait:
            stopping = Stopping(child.pid, grace or Grace())
            while not _has_ended(child, stopping, wait):
                is_late = end is not None and time.monotonic() >= end
                timed_out = timed_out or (is_late and not stopping.begun)
                stopping.advance(len(received) + timed_out)
            if stopping.begun:
                pump.patience_seconds = _STUCK_SECONDS
        outcome = _outcome(child.returncode, received, timed_out=timed_out)
    return outcome._replace(lost_bytes=pump.lost_bytes, fault=fault or pump.fault)


@contextlib.contextmanager
def _kept(job: Job) -> Iterator[tuple[RotatingFile | None, str]]:
    """Give the file that keeps the output; None, and why, where the disk refuses it."""
    try:
        log = RotatingFile(job.log, job.log_bytes)
    except OSError as error:
        yield None, error.strerror or str(error)
        return
    try:
        yield log, ""
    finally:
        log.close()


@contextlib.contextmanager
def _not_alone(child: "subprocess.Popen[bytes]") -> Iterator[None]:
    """Let no child go on that cannot be accompanied, as where no more files can be opened."""
    try:
        yield
    except BaseException:
        with contextlib.suppress(ProcessLookupError, PermissionError):
            os.killpg(child.pid, signal.SIGKILL)
        child.wait()
        raise


@contextlib.contextmanager
def _watched(child: "subprocess.Popen[bytes]") -> Iterator[Callable[[], object]]:
    """Give a call that waits a moment, or less if the child ends, which the system tells at once.

    A system that does not tell is asked again and again.
    """
    number = _told_of(child.pid)
    if number is None:
        yield lambda: _asked_often(child)
        return
    try:
        with selectors.DefaultSelector() as selector:
            selector.register(number, selectors.EVENT_READ)
            yield lambda: selector.select(_POLL_SECONDS)
    finally:
        os.close(number)


def _told_of(pid: int) -> int | None:
    """Return a descriptor that can be read once a process has ended; None where there is none."""
    if sys.platform == "linux":
        with contextlib.suppress(OSError):
            return os.pidfd_open(pid)
    return None


def _asked_often(child: "subprocess.Popen[bytes]") -> None:
    with contextlib.suppress(subprocess.TimeoutExpired):
        child.wait(timeout=_POLL_SECONDS)


def _has_ended(
    child: "subprocess.Popen[bytes]", stopping: Stopping, wait: Callable[[], object]
) -> bool:
    """Tell whether the child is gone and, when it was told to stop, its whole group too."""
    wait()
    if child.poll() is None:
        return False
    if not stopping.begun or stopping.is_over():
        return True
    time.sleep(_POLL_SECONDS)
    return False


def _outcome(code: int, received: list[int], *, timed_out: bool) -> Outcome:
    if timed_out:
        return Outcome(code=TIMED_OUT, timed_out=True)
    if code < 0:
        return Outcome(code=signals.SIGNAL_BASE - code, signal=-code)
    if received:
        return Outcome(code=code or signals.SIGNAL_BASE + received[0], signal=received[0])
    return Outcome(code=code)
