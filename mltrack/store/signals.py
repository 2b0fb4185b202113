"""What asks this process to stop: noted while it must not be disturbed, and else its end."""

import contextlib
import signal
import threading
from collections.abc import Iterator
from types import FrameType
from typing import NoReturn

SIGNAL_BASE = 128
_ALL = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)


@contextlib.contextmanager
def noted() -> Iterator[list[int]]:
    """Note the signals that ask this process to stop; only its main thread can do so."""
    received: list[int] = []

    def note(number: int, _frame: FrameType | None) -> None:
        received.append(number)

    with contextlib.ExitStack() as stack:
        if threading.current_thread() is threading.main_thread():
            for number in _ALL:
                if signal.getsignal(number) is not signal.SIG_IGN:  # nohup must keep its meaning
                    stack.callback(signal.signal, number, signal.signal(number, note))
        yield received


@contextlib.contextmanager
def undisturbed() -> Iterator[None]:
    """Let a block come to its end, and let a signal that came meanwhile take effect then."""
    with noted() as received:
        yield
    if received:
        signal.raise_signal(received[0])


@contextlib.contextmanager
def unwinding() -> Iterator[None]:
    """Let SIGTERM and SIGHUP raise while the block runs, so that all that is open is closed."""
    with contextlib.ExitStack() as stack:
        if threading.current_thread() is threading.main_thread():
            for number in (signal.SIGTERM, signal.SIGHUP):
                if signal.getsignal(number) is signal.SIG_DFL:
                    stack.callback(signal.signal, number, signal.signal(number, _end))
        yield


def _end(number: int, _frame: FrameType | None) -> NoReturn:
    raise SystemExit(SIGNAL_BASE + number)
