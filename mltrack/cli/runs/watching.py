"""Draw the same again and again, on a terminal, until somebody has seen enough."""

import contextlib
import io
import sys
import time
from collections.abc import Callable, Iterable, Iterator
from shutil import get_terminal_size
from typing import NoReturn

from mltrack.cli.tables import rows_of
from mltrack.errors import UsageError

SECONDS_BETWEEN = 2.0
_CLEAR, _HOME, _TO_END_OF_LINE, _TO_END = "\x1b[2J", "\x1b[H", "\x1b[K", "\x1b[J"


class _Frame(io.StringIO):
    """What is drawn looks as it does on the terminal that it is for."""

    def isatty(self) -> bool:
        return True


def watched(draw: Callable[[], None]) -> NoReturn:
    """Print what `draw` prints, and print it anew every two seconds, until an interrupt.

    Raises:
        UsageError: standard output is no terminal.
    """
    if not sys.stdout.isatty():
        raise UsageError(
            "--watch needs a terminal, and standard output is none",
            fix="leave --watch away, and ask again when you want to know",
        )
    before = _CLEAR
    while True:
        sys.stdout.write(before + _frame(draw))  # a mistake leaves the screen as it was
        sys.stdout.flush()
        before = ""
        time.sleep(SECONDS_BETWEEN)


def _frame(draw: Callable[[], None]) -> str:
    """Return what is drawn, from the upper left corner, as much of it as the terminal has lines."""
    drawn, said = _Frame(), io.StringIO()
    with contextlib.redirect_stdout(drawn), contextlib.redirect_stderr(said):
        draw()
    lines = [*drawn.getvalue().splitlines(), *said.getvalue().splitlines()]
    drawn_lines = "".join(line + _TO_END_OF_LINE + "\n" for line in _fitting(lines))
    return f"{_HOME}{drawn_lines}{_TO_END}"


def _fitting(lines: Iterable[str]) -> Iterator[str]:
    """Yield the first lines, as many as the terminal has rows for, one of which stays free."""
    size = get_terminal_size()
    left = size.lines - 1
    for line in lines:
        left -= rows_of(line, size.columns)
        if left < 0:
            return
        yield line
