"""One line on the terminal that tells how far long work has come, and goes away after it."""

import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager

from mltrack.cli.cells import safe
from mltrack.cli.context import manner
from mltrack.cli.output import say
from mltrack.progress import Progress, silent

_REWRITE = "\r\x1b[K"
_SAY_EVERY_SECONDS = 10.0


@contextmanager
def progress_line() -> Iterator[Progress]:
    """Give what long work is to call; off a terminal a line is said now and then."""
    line = line_until_its_end()
    try:
        yield line
    finally:
        line("")


def line_until_its_end() -> Progress:
    """Return what long work is to call that says itself when it ends, by an empty line."""
    if manner().quiet:
        return silent
    return _rewrite if sys.stderr.isatty() else _now_and_then()


def _now_and_then() -> Progress:
    last = -_SAY_EVERY_SECONDS

    def tell(line: str) -> None:
        nonlocal last
        if line and time.monotonic() - last >= _SAY_EVERY_SECONDS:
            last = time.monotonic()
            say(line)

    return tell


def _rewrite(line: str) -> None:
    from shutil import get_terminal_size

    _write(f"{_REWRITE}{safe(line)[: get_terminal_size().columns - 1]}")


def _write(text: str) -> None:
    sys.stderr.write(text)
    sys.stderr.flush()
