"""What each writer says of the end of a run, and what that makes of it: pure."""

from collections.abc import Sequence
from typing import NamedTuple

from mltrack.store.ids import MAIN_WRITER
from mltrack.store.journal import Row, decode_number

STATUSES = ("finished", "failed", "killed", "lost")
"""How a run can end."""
WORST_FIRST = (*STATUSES[1:], STATUSES[0])


class Ending(NamedTuple):
    """How a run ended.

    Attributes:
        row: the row that says so; empty while somebody who opened the run has not said.
        silent: the writers that opened it last and have not said how it ended.
        heard: the last traceback of a writer that did not open it, as a program under a runner.
    """

    row: Row
    silent: tuple[str, ...]
    heard: str = ""

    @property
    def status(self) -> str | None:
        """Return finished, failed, killed or lost; None while that is not said."""
        return self.row.get("ended")

    @property
    def time(self) -> float | None:
        """Return when, in Unix seconds; None where that is not said."""
        return decode_number(self.row.get("time"))

    @property
    def error(self) -> str:
        """Return what ended it, in one line."""
        return str(self.row.get("error") or "")

    @property
    def traceback(self) -> str:
        """Return where that came from, in several lines."""
        return str(self.row.get("traceback") or (self.heard if self.status == "failed" else ""))


class Voice:
    """What one writer says of the end, row by row.

    Attributes:
        writer: who says it.
        opens: whether it opened the run; the creator did whatever its rows say.
        seen: the rows of others that it had seen when it began; None until a row tells.
        last_word: the last row by which it says how the run ended, or an empty one.
        traceback: the last one in its rows.
    """

    __slots__ = ("last_word", "opens", "seen", "traceback", "writer")

    def __init__(self, writer: str) -> None:
        self.writer = writer
        self.opens = writer == MAIN_WRITER
        self.seen: dict[str, int] | None = None
        self.last_word: Row = {}
        self.traceback = ""

    def take(self, row: Row) -> None:
        """Listen to one more row."""
        if self.seen is None and "seen" in row:
            self.seen = seen_of(row)
        if row.get("opens") is True:
            self.opens = True
        if row.get("ended") in WORST_FIRST:
            self.last_word = row
        if row.get("traceback"):
            self.traceback = str(row["traceback"])


def seen_of(row: Row) -> dict[str, int]:
    """Return how many rows of each other writer a row says that its writer has seen."""
    seen = row.get("seen")
    if not isinstance(seen, dict):
        return {}
    return {w: n for w, n in seen.items() if type(n) is int}


def ending_from(voices: Sequence[Voice]) -> Ending:
    """Return how the run ended: as the last that opened it says, the worst among concurrent ones.

    Args:
        voices: of all writers, in their order.
    """
    openers = [voice for voice in voices if voice.opens]
    overruled = {writer for voice in openers for writer in voice.seen or {}}
    last = {v.writer: v.last_word for v in openers if v.writer not in overruled}
    silent = tuple(writer for writer, row in last.items() if not row)
    worst = min(last.values(), key=_badness, default={}) if not silent else {}
    others = (v for v in voices if v.writer not in overruled and not v.opens)
    heard = next((voice.traceback for voice in others if voice.traceback), "")
    return Ending(worst, silent, heard)


def _badness(row: Row) -> int:
    return WORST_FIRST.index(row["ended"])
