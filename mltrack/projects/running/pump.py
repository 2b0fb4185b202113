"""Copy what a child prints to where it is shown, and keep it, without ever holding up the child."""

import contextlib
import os
import selectors
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from typing import IO, TYPE_CHECKING, NamedTuple

from mltrack.projects.running.screen import Screen, Terminal
from mltrack.store.rotating import RotatingFile

if TYPE_CHECKING:
    import subprocess

_BLOCK_BYTES = 64 * 1024
_POLL_SECONDS = 0.05
_STUCK_SECONDS = 1.0
_PIPE_BYTES = 1024 * 1024
"""The most that pipes hold: what comes after that is from a process that the child left behind."""


class Sinks(NamedTuple):
    """Where a child's output goes; `log` is None where the disk refused it."""

    out: Screen
    err: Screen
    log: RotatingFile | None


@contextlib.contextmanager
def pumped(
    child: "subprocess.Popen[bytes]", sinks: Sinks, received: Sequence[int]
) -> Iterator["Pump"]:
    """Copy the child's output while the block runs, and then what is left of it.

    A program that reads our output and takes no more of it can hold this up, until a further signal
    comes; not so a terminal.
    """
    over, tell = os.pipe()
    pump = Pump(child, sinks, over)
    thread = threading.Thread(target=pump.copy, daemon=True)
    thread.start()
    try:
        yield pump
    finally:
        os.close(tell)
        before, patience = len(received), pump.patience_seconds
        began = time.monotonic()
        while thread.is_alive() and len(received) == before:
            thread.join(timeout=_POLL_SECONDS)
            if patience is not None and time.monotonic() - began > patience:
                break


class Pump:
    """Copies until both ends are closed, or the child has ended and its pipes have been emptied.

    Attributes:
        patience_seconds: how long what is left may take; None: as long as it takes.
        lost_bytes: how much could not be kept.
        fault: why.
    """

    def __init__(self, child: "subprocess.Popen[bytes]", sinks: Sinks, over: int) -> None:
        """Get ready.

        Args:
            child: whose output is copied.
            sinks: where to.
            over: the end of a pipe that is closed at the other end once the child has ended.
        """
        self.patience_seconds: float | None = None
        self.lost_bytes = 0
        self.fault = ""
        self._pairs = ((child.stdout, sinks.out), (child.stderr, sinks.err))
        self._log = sinks.log
        self._over = over
        self._selector = selectors.DefaultSelector()
        self._open = 0

    def copy(self) -> None:
        """Copy all that comes."""
        with self._selector, contextlib.ExitStack() as stack:
            stack.callback(os.close, self._over)
            for pipe, screen in self._pairs:
                if pipe is not None:
                    deed = self._passing_on(stack.enter_context(pipe), screen)
                    self._selector.register(pipe, selectors.EVENT_READ, deed)
                    self._open += 1
            self._selector.register(self._over, selectors.EVENT_READ)
            is_over = False
            while not is_over and self._open:
                acted = [self._act(key) for key, _ in self._selector.select()]
                is_over = None in acted
            self._selector.unregister(self._over)
            left = _PIPE_BYTES
            while left >= 0 and self._open and (ready := self._selector.select(_POLL_SECONDS)):
                left -= sum(self._act(key) or 0 for key, _ in ready)
            self._show_the_rest()

    @staticmethod
    def _act(key: selectors.SelectorKey) -> int | None:
        """Do what is ready, and return how many bytes were read; None for the end of the child."""
        return key.data() if key.data else None

    def _passing_on(self, pipe: IO[bytes], screen: Screen) -> Callable[[], int]:
        def pass_on() -> int:
            block = os.read(pipe.fileno(), _BLOCK_BYTES)
            if block:
                self._keep(block)
                self._show(block, screen)
            else:
                self._selector.unregister(pipe)
                self._open -= 1
            return len(block)

        return pass_on

    def _keep(self, block: bytes) -> None:
        """Keep a block; a full disk does not stop the child."""
        try:
            if self._log is not None:
                self._log.write(block)
        except OSError as error:
            self.lost_bytes += len(block)
            self.fault = error.strerror or str(error)

    def _show(self, block: bytes, screen: Screen) -> None:
        """Show a block; a closed terminal does not stop the child, nor does a slow one."""
        with contextlib.suppress(OSError, ValueError):
            screen.write(block)
            screen.flush()
        if isinstance(screen, Terminal):
            self._wait_for(screen)

    def _wait_for(self, screen: Terminal) -> None:
        """Have the rest shown when the terminal takes it."""
        if screen.is_behind == (screen in self._selector.get_map()):
            return
        if not screen.is_behind:
            self._selector.unregister(screen)
            return

        def go_on() -> int:
            screen.catch_up()
            self._wait_for(screen)
            return 0

        with contextlib.suppress(OSError, ValueError):  # else with the next block
            self._selector.register(screen, selectors.EVENT_WRITE, go_on)

    def _show_the_rest(self) -> None:
        """Let terminals that are behind catch up, as long as they take anything."""
        for _, screen in self._pairs:
            if isinstance(screen, Terminal):
                screen.show_the_rest(_STUCK_SECONDS)
