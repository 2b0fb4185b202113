"""A run is a fold of its writers' rows: pure, the same for the same rows on any machine."""

import heapq
import math
from collections.abc import Iterator, Mapping, Sequence
from typing import Any, NamedTuple

from mltrack.store.clock import is_moment
from mltrack.store.ids import MAIN_WRITER
from mltrack.store.journal import Row, decode_number

_STEPS = range(-(2**63), 2**63)
STATUSES = ("finished", "failed", "killed", "lost")
"""How a run can end."""
WORST_FIRST = (*STATUSES[1:], STATUSES[0])


class Journal(NamedTuple):
    """All rows of one writer in order; None stands for a bad line, which still counts as a row."""

    writer: str
    rows: Sequence[Row | None]


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


class Folded(NamedTuple):
    """What the rows of all writers say together."""

    params: dict[str, Any]
    tags: dict[str, Any]
    name: str | None
    metrics: dict[str, "Summary"]
    ending: Ending
    dropped: int
    seen: dict[str, int]
    bad_rows: int
    inputs: dict[str, dict[str, Any]]


class Summary:
    """One metric's summary, kept up row by row."""

    __slots__ = ("count", "last", "last_step", "max", "min")

    def __init__(self) -> None:
        self.last = math.nan
        self.last_step = -(2**63)
        self.min = math.nan
        self.max = math.nan
        self.count = 0

    def add(self, step: int, value: float) -> None:
        """Take one more point into account."""
        self.count += 1
        if step >= self.last_step:
            self.last, self.last_step = value, step
        if value < self.min or (self.min != self.min and value == value):  # noqa: PLR0124 - NaN
            self.min = value
        if value > self.max or (self.max != self.max and value == value):  # noqa: PLR0124 - NaN
            self.max = value


class Point(NamedTuple):
    """One value of one metric, and where it stands: its writer, and its row there."""

    name: str
    step: int
    time: float
    value: float
    writer: str
    row: int


def first_seen(journal: Journal) -> dict[str, int]:
    """Return how many rows of each other writer a writer had seen when it began."""
    return next((_seen_of(row) for row in journal.rows if row and "seen" in row), {})


def _seen_of(row: Row) -> dict[str, int]:
    seen = row.get("seen")
    if not isinstance(seen, dict):
        return {}
    return {w: n for w, n in seen.items() if type(n) is int}


def in_order(journals: Sequence[Journal]) -> list[Journal]:
    """Return journals so that each follows those it has seen; concurrent ones go by name."""
    by_name = {journal.writer: journal for journal in journals}
    waits_for = {
        w: {o for o in first_seen(j) if o in by_name and o != w} for w, j in by_name.items()
    }
    ready = sorted(writer for writer, others in waits_for.items() if not others)
    ordered: list[str] = []
    while ready:
        writer = heapq.heappop(ready)
        ordered.append(writer)
        for other, missing in waits_for.items():
            if writer in missing:
                missing.discard(writer)
                if not missing:
                    heapq.heappush(ready, other)
    ordered += sorted(set(by_name) - set(ordered))
    return [by_name[writer] for writer in ordered]


def fold(journals: Sequence[Journal]) -> Folded:
    """Return what all rows say together; a row that makes no sense is passed over."""
    ordered = in_order(journals)
    rows = [row for journal in ordered for row in journal.rows]
    params: dict[str, Any] = {}
    tags: dict[str, Any] = {}
    inputs: dict[str, dict[str, Any]] = {}
    name: str | None = None
    dropped = 0
    for row in rows:
        if row:
            params |= _mapping(row, "params")
            tags |= _mapping(row, "tags")
            inputs |= {n: v for n, v in _mapping(row, "inputs").items() if isinstance(v, dict)}
            name = row["name"] if isinstance(row.get("name"), str) else name
            dropped += max(_integer(row.get("dropped")) or 0, 0)
    metrics: dict[str, Summary] = {}
    for point in points(ordered):
        metrics.setdefault(point.name, Summary()).add(point.step, point.value)
    return Folded(
        params=params,
        tags=tags,
        name=name,
        metrics=metrics,
        ending=ending_of(ordered),
        dropped=dropped,
        seen={journal.writer: len(journal.rows) for journal in ordered},
        bad_rows=sum(row is None for row in rows),
        inputs=inputs,
    )


def _integer(value: object) -> int | None:
    """Return a number that may stand as a step or a count, else None."""
    return value if type(value) is int and value in _STEPS else None


def _mapping(row: Row, key: str) -> Mapping[str, Any]:
    value = row.get(key)
    return value if isinstance(value, dict) else {}


def points(ordered: Sequence[Journal], name: str | None = None) -> Iterator[Point]:
    """Yield the points that no rewind hides, of one metric or of all, writer by writer."""
    hidden = _hidden(ordered)
    for journal in ordered:
        rewinds = hidden.get(journal.writer, ())
        for index, row in enumerate(journal.rows):
            step = _integer(row.get("step")) if row and "metrics" in row else None
            if row is None or step is None:
                continue
            if any(index < until and step >= bound for until, bound in rewinds):
                continue
            found = _points_of(row, step, writer=journal.writer, index=index)
            yield from (p for p in found if name in {None, p.name})


def _points_of(row: Row, step: int, *, writer: str, index: int) -> Iterator[Point]:
    time = decode_number(row.get("time")) or 0.0
    for name, raw in _mapping(row, "metrics").items():
        value = decode_number(raw)
        if value is not None:
            yield Point(name, step, time, value, writer, index)


def _hidden(ordered: Sequence[Journal]) -> dict[str, list[tuple[int, int]]]:
    """Return for each writer (rows before this one, steps from this one) pairs that are hidden."""
    hidden: dict[str, list[tuple[int, int]]] = {}
    for journal in ordered:
        seen: dict[str, int] = {}
        for index, row in enumerate(journal.rows):
            if row and "seen" in row:
                seen = _seen_of(row)
            bound = _integer(row.get("rewind")) if row else None
            if bound is not None:
                for writer, rows in {**seen, journal.writer: index}.items():
                    hidden.setdefault(writer, []).append((rows, bound))
    return hidden


def ending_of(ordered: Sequence[Journal]) -> Ending:
    """Return how the run ended: as the last that opened it says, the worst among concurrent ones.

    The creator opens a run whatever its rows say.
    """
    openers = [
        journal
        for journal in ordered
        if journal.writer == MAIN_WRITER or any(r and r.get("opens") is True for r in journal.rows)
    ]
    overruled = {writer for journal in openers for writer in first_seen(journal)}
    last = {j.writer: _last_word(j) for j in openers if j.writer not in overruled}
    silent = tuple(writer for writer, row in last.items() if not row)
    worst = min(last.values(), key=_badness, default={}) if not silent else {}
    others = (j for j in ordered if j.writer not in overruled and j not in openers)
    rows = (row for journal in others for row in reversed(journal.rows) if row)
    heard = next((str(row["traceback"]) for row in rows if row.get("traceback")), "")
    return Ending(worst, silent, heard)


def _last_word(journal: Journal) -> Row:
    """Return the last row by which a writer says how it ended, or an empty one."""
    said = (row for row in reversed(journal.rows) if row and row.get("ended") in WORST_FIRST)
    return next(said, {})


def _badness(row: Row) -> int:
    return WORST_FIRST.index(row["ended"])


def last_sign(journals: Sequence[Journal]) -> float:
    """Return the highest time in any row, in Unix seconds; 0 when there is none."""
    times = (decode_number(row.get("time")) for j in journals for row in j.rows if row)
    return max((t for t in times if t is not None and is_moment(t)), default=0.0)


def last_steps(ordered: Sequence[Journal]) -> dict[str, int]:
    """Return the highest step of each metric."""
    steps: dict[str, int] = {}
    for point in points(ordered):
        steps[point.name] = max(steps.get(point.name, point.step), point.step)
    return steps
