"""Draw how far long work has come: one line of the terminal that goes away after it."""

import os
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager

from mltrack.cli.cells import safe
from mltrack.cli.context import manner
from mltrack.progress import Share, nobody

_WIDTH = 24
_REWRITE = "\r\x1b[K"
_SECONDS_BETWEEN = 0.1


@contextmanager
def bar(doing: str) -> Iterator[Share]:
    """Give what work is to call; nothing is drawn of short work, nor off a terminal.

    Args:
        doing: what the work is, in one word.
    """
    if manner().quiet or not sys.stderr.isatty() or os.environ.get("TERM") == "dumb":
        yield nobody
        return
    drawn = _Bar(doing)
    try:
        yield drawn
    finally:
        drawn.take_away()


class _Bar:
    """A bar that is drawn anew at most ten times a second, and not at once."""

    def __init__(self, doing: str) -> None:
        self._doing = doing
        self._last = time.monotonic()
        self._is_drawn = False

    def __call__(self, done: int, total: int, things: str) -> None:
        now = time.monotonic()
        if now - self._last < _SECONDS_BETWEEN:
            return
        self._last, self._is_drawn = now, True
        filled = _WIDTH * min(done, total) // max(total, 1)
        drawn = "█" * filled + "░" * (_WIDTH - filled)
        _write(f"{_REWRITE}{self._doing} {drawn} {done} of {total} {safe(things)}")

    def take_away(self) -> None:
        """Leave the line as it was before it was drawn on."""
        if self._is_drawn:
            _write(_REWRITE)


def _write(text: str) -> None:
    sys.stderr.write(text)
    sys.stderr.flush()
