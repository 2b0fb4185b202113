"""Run a child to its end: its output live and kept byte for byte, its whole group stopped on ^C."""

import contextlib
import os
import selectors
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from pathlib import Path
from types import FrameType
from typing import IO, BinaryIO, NamedTuple

from mltrack.store.atomic import write_all

SIGNAL_BASE = 128
_BLOCK_BYTES = 64 * 1024
_POLL_SECONDS = 0.05
_PIPE_BYTES = 1024 * 1024
"""The most that pipes hold: what comes after that is from a process that the child left behind."""


class Outcome(NamedTuple):
    """How a child ended: its exit code, or the signal that ended it, or that it was told to."""

    code: int
    signal: int | None = None


class Job(NamedTuple):
    """A command with all that it needs. Its first element is a path, or is looked up on `PATH`."""

    argv: Sequence[str]
    folder: Path
    variables: Mapping[str, str]
    log: Path


class Grace(NamedTuple):
    """How long a child that was told to stop has, before it is told more harshly."""

    after_interrupt_seconds: float = 10.0
    after_terminate_seconds: float = 5.0


class _Sinks(NamedTuple):
    """Where a child's output goes."""

    out: BinaryIO
    err: BinaryIO
    log: IO[bytes]


def run(job: Job, terminal: tuple[BinaryIO, BinaryIO], grace: Grace | None = None) -> Outcome:
    """Run a command in a process group of its own until it ends.

    Args:
        job: what to run.
        terminal: where its output and its errors are shown while it runs.
        grace: how patiently it is stopped when this process gets ^C, SIGTERM or SIGHUP.

    Raises:
        OSError: the command cannot be started.
    """
    job.log.parent.mkdir(parents=True, exist_ok=True)
    with _signals_noted() as received, job.log.open("ab", buffering=0) as log:
        child = subprocess.Popen(
            list(job.argv),
            cwd=job.folder,
            env=dict(job.variables),
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            start_new_session=True,
        )
        sinks = _Sinks(out=terminal[0], err=terminal[1], log=log)
        with _pumped(child, sinks, received), _watched(child) as wait:
            stopping = _Stopping(child.pid, grace or Grace())
            while not _has_ended(child, stopping, wait):
                stopping.advance(len(received))
    return _outcome(child.returncode, received)


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
    child: "subprocess.Popen[bytes]", stopping: "_Stopping", wait: Callable[[], object]
) -> bool:
    """Tell whether the child is gone and, when it was told to stop, its whole group too."""
    wait()
    if child.poll() is None:
        return False
    if not stopping.begun or not _group_lives(child.pid):
        return True
    time.sleep(_POLL_SECONDS)
    return False


def _group_lives(group: int) -> bool:
    try:
        os.killpg(group, 0)
    except (ProcessLookupError, PermissionError):
        return False
    return True


def _outcome(code: int, received: list[int]) -> Outcome:
    if code < 0:
        return Outcome(code=SIGNAL_BASE - code, signal=-code)
    if received:
        return Outcome(code=code or SIGNAL_BASE + received[0], signal=received[0])
    return Outcome(code=code)


class _Stopping:
    """Three steps, each when the one before has had its time: interrupt, terminate, kill."""

    __slots__ = ("_deadline", "_grace", "_group", "_sent")

    _STEPS = (signal.SIGINT, signal.SIGTERM, signal.SIGKILL)

    def __init__(self, group: int, grace: Grace) -> None:
        self._group = group
        self._grace = (grace.after_interrupt_seconds, grace.after_terminate_seconds)
        self._sent = 0
        self._deadline = 0.0

    @property
    def begun(self) -> bool:
        return self._sent > 0

    def advance(self, wishes: int) -> None:
        """Take the next step if its time has come, or if a further ^C asks for it."""
        late = self.begun and time.monotonic() >= self._deadline
        if self._sent < len(self._STEPS) and (wishes > self._sent or late):
            self._send(self._STEPS[self._sent])

    def _send(self, step: signal.Signals) -> None:
        with contextlib.suppress(ProcessLookupError, PermissionError):
            os.killpg(self._group, step)
        if self._sent < len(self._grace):
            self._deadline = time.monotonic() + self._grace[self._sent]
        self._sent += 1


@contextlib.contextmanager
def _signals_noted() -> Iterator[list[int]]:
    """Note the signals that ask this process to stop; only its main thread can do so."""
    received: list[int] = []

    def note(number: int, _frame: FrameType | None) -> None:
        received.append(number)

    with contextlib.ExitStack() as stack:
        if threading.current_thread() is threading.main_thread():
            for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
                if signal.getsignal(number) is not signal.SIG_IGN:  # nohup must keep its meaning
                    stack.callback(signal.signal, number, signal.signal(number, note))
        yield received


@contextlib.contextmanager
def _pumped(
    child: "subprocess.Popen[bytes]", sinks: _Sinks, received: Sequence[int]
) -> Iterator[None]:
    """Copy the child's output while the block runs, and then what is left of it.

    A terminal that takes no more bytes can hold this up, until a further signal comes.
    """
    over, tell = os.pipe()
    pump = threading.Thread(target=_pump, args=(child, sinks, over), daemon=True)
    pump.start()
    try:
        yield
    finally:
        os.close(tell)
        before = len(received)
        while pump.is_alive() and len(received) == before:
            pump.join(timeout=_POLL_SECONDS)


def _pump(child: "subprocess.Popen[bytes]", sinks: _Sinks, over: int) -> None:
    """Copy until both ends are closed, or the child has ended and its pipes have been emptied.

    Args:
        child: whose output is copied.
        sinks: where to.
        over: the end of a pipe that is closed at the other end once the child has ended.
    """
    with selectors.DefaultSelector() as selector, contextlib.ExitStack() as stack:
        stack.callback(os.close, over)
        for pipe, screen in ((child.stdout, sinks.out), (child.stderr, sinks.err)):
            if pipe is not None:
                selector.register(stack.enter_context(pipe), selectors.EVENT_READ, screen)
        selector.register(over, selectors.EVENT_READ)
        is_over = False
        while not is_over and len(selector.get_map()) > 1:
            for key, _ in selector.select():
                is_over = is_over or key.fd == over
                _pass_on(selector, key, sinks.log)
        left = _PIPE_BYTES
        while left >= 0 and selector.get_map() and (ready := selector.select(_POLL_SECONDS)):
            left -= sum(_pass_on(selector, key, sinks.log) for key, _ in ready)


def _pass_on(selector: selectors.BaseSelector, key: selectors.SelectorKey, log: IO[bytes]) -> int:
    """Read what there is, show and keep it, and return how many bytes it was."""
    block = os.read(key.fd, _BLOCK_BYTES)
    if not block:
        selector.unregister(key.fileobj)
    elif key.data is not None:
        _copy(block, key.data, log)
    return len(block)


def _copy(block: bytes, screen: BinaryIO, log: IO[bytes]) -> None:
    """Keep and show a block; neither a full disk nor a closed terminal stops the child."""
    with contextlib.suppress(OSError):
        write_all(log.fileno(), block)
    with contextlib.suppress(OSError, ValueError):
        screen.write(block)
        screen.flush()
