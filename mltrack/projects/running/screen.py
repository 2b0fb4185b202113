"""Where a child's bytes are shown: this process's own output, whatever stands for it."""

import contextlib
import os
import select
import sys
from typing import Protocol, TextIO

_MOST_BEHIND_BYTES = 4 * 1024 * 1024
_WRITE = os.O_WRONLY | os.O_NONBLOCK | os.O_NOCTTY | os.O_CLOEXEC


class Screen(Protocol):
    """What shows bytes."""

    def write(self, block: bytes, /) -> object:
        """Show bytes."""

    def flush(self) -> object:
        """Show them now."""


class Terminal:
    """A terminal that is never waited for: what it does not take now is shown later, or left out.

    It is opened anew, for the one that the process was given belongs to others too.
    """

    def __init__(self, name: str) -> None:
        """Open a terminal by the name of its device.

        Raises:
            OSError: it cannot be opened.
        """
        self._descriptor = os.open(name, _WRITE)
        self._waiting = bytearray()
        self._left_out = 0

    def fileno(self) -> int:
        """Return the descriptor that can be written to when the terminal takes more."""
        return self._descriptor

    @property
    def is_behind(self) -> bool:
        """Tell whether there is something that the terminal has not taken yet."""
        return bool(self._waiting)

    def write(self, block: bytes) -> int:
        """Show bytes now or later; nothing more is remembered than a person would scroll back."""
        if self._left_out or len(self._waiting) + len(block) > _MOST_BEHIND_BYTES:
            self._left_out += len(block)
        else:
            self._waiting += block
        self.catch_up()
        return len(block)

    def flush(self) -> None:
        """Do nothing: what can be shown has been."""

    def catch_up(self) -> None:
        """Show as much of what waits as the terminal takes.

        Raises:
            OSError: it is gone, and so is what waited for it.
        """
        try:
            while self._waiting:
                del self._waiting[: os.write(self._descriptor, self._waiting[:4096])]
                if self._left_out and not self._waiting:
                    line = f"\r\n[{self._left_out} bytes were left out: mltrack logs has them]\r\n"
                    self._left_out = 0
                    self._waiting += line.encode()
        except BlockingIOError:
            return
        except OSError:
            self._waiting.clear()
            raise

    def show_the_rest(self, patience_seconds: float) -> None:
        """Show what waits, until the terminal takes nothing for so long, and let go of it."""
        with contextlib.suppress(OSError, ValueError):
            while self._waiting and select.select([], [self], [], patience_seconds)[1]:
                self.catch_up()
        self._waiting.clear()
        if self._descriptor >= 0:
            os.close(self._descriptor)
            self._descriptor = -1


class _Descriptor:
    """Takes bytes for a file or a pipe, past the stream's own buffer and its lock."""

    def __init__(self, number: int) -> None:
        self._number = number

    def write(self, block: bytes) -> int:
        view = memoryview(block)
        while view:
            try:
                view = view[os.write(self._number, view) :]
            except BlockingIOError:  # whoever started this process made it so
                select.select([], [self._number], [])
        return len(block)

    def flush(self) -> None:
        pass


class _Text:
    """Takes bytes for a stream that takes text alone, as a notebook's does."""

    def __init__(self, stream: TextIO) -> None:
        self._stream = stream

    def write(self, block: bytes) -> int:
        self._stream.write(block.decode("utf-8", "replace"))
        return len(block)

    def flush(self) -> None:
        self._stream.flush()


def streams() -> tuple[Screen, Screen]:
    """Return where standard output and standard error take bytes now."""
    return _screen_of(sys.stdout), _screen_of(sys.stderr)


def _screen_of(stream: TextIO) -> Screen:
    stream.flush()
    with contextlib.suppress(OSError, ValueError, AttributeError):
        number = stream.fileno()
        if not stream.isatty():
            return _Descriptor(number)
        return Terminal(os.ttyname(number))
    return getattr(stream, "buffer", None) or _Text(stream)
