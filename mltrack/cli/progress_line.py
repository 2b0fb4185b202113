"""One line on the terminal that tells how far long work has come, and goes away after it."""

import sys
from collections.abc import Iterator
from contextlib import contextmanager

from mltrack.cli.cells import safe
from mltrack.cli.context import manner
from mltrack.cli.output import say
from mltrack.progress import Progress

_REWRITE = "\r\x1b[K"


@contextmanager
def progress_line() -> Iterator[Progress]:
    """Give what long work is to call; off a terminal each call is a line of its own."""
    if manner().quiet or not sys.stderr.isatty():
        yield say
        return
    try:
        yield _rewrite
    finally:
        _write(_REWRITE)


def _rewrite(line: str) -> None:
    from shutil import get_terminal_size

    _write(f"{_REWRITE}{safe(line)[: get_terminal_size().columns - 1]}")


def _write(text: str) -> None:
    sys.stderr.write(text)
    sys.stderr.flush()
