"""A run is a fold of its writers' rows: pure, the same for the same rows on any machine."""

import heapq
import math
from collections.abc import Iterator, Mapping, Sequence
from typing import Any, NamedTuple

from mltrack.store.clock import is_moment
from mltrack.store.journal import Row, decode_number
from mltrack.tracking.rewinds import Hidden, Rewinds, integer, is_hidden, shown
from mltrack.tracking.rows import Block, Columns, Rows, blocks, length_of
from mltrack.tracking.voices import Ending, Voice, ending_from, seen_of

_POINTS = frozenset({"step", "time", "metrics"})
"""The keys of most rows, which say nothing else."""


class Journal(NamedTuple):
    """All rows of one writer in order; None stands for a bad line, which still counts as a row."""

    writer: str
    rows: Rows


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

    def add_all(self, steps: Sequence[int], values: Sequence[float]) -> None:
        """Take more points into account, at least one."""
        self.count += len(steps)
        highest = max(steps)
        if highest >= self.last_step:
            at = len(steps) - 1 - steps[::-1].index(highest)
            self.last, self.last_step = values[at], highest
        numbers = [value for value in values if value == value]  # noqa: PLR0124 - NaN
        if numbers and not self.min <= (lowest := min(numbers)):
            self.min = lowest
        if numbers and not self.max >= (greatest := max(numbers)):
            self.max = greatest


def first_seen(journal: Journal) -> dict[str, int]:
    """Return how many rows of each other writer a writer had seen when it began."""
    return next((seen_of(row) for row in journal.rows if row and "seen" in row), {})


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
    return _read(in_order(journals)).folded()


def last_steps(ordered: Sequence[Journal]) -> dict[str, int]:
    """Return the highest step of each metric."""
    return {name: summary.last_step for name, summary in _read(ordered).metrics.items()}


def ending_of(ordered: Sequence[Journal]) -> Ending:
    """Return how the run ended, as `ending_from` has it."""
    voices = [Voice(journal.writer) for journal in ordered]
    for voice, journal in zip(voices, ordered, strict=True):
        for row in journal.rows:
            if row:
                voice.take(row)
    return ending_from(voices)


def last_sign(journals: Sequence[Journal]) -> float:
    """Return the highest time in any row, in Unix seconds; 0 when there is none."""
    return max((t for j in journals for b in blocks(j.rows) for t in _moments(b)), default=0.0)


def _moments(block: Block) -> Iterator[float]:
    if isinstance(block, Columns):
        return filter(is_moment, block.times)
    rows: Sequence[Row | None] = block
    times = (decode_number(row.get("time")) for row in rows if row)
    return (t for t in times if t is not None and is_moment(t))


def _read(ordered: Sequence[Journal]) -> "_Reading":
    """Read all rows, once more where there are rewinds: what they hide is known at the end."""
    hidden: dict[str, list[tuple[int, int]]] = {}
    while True:
        reading = _Reading(hidden)
        for journal in ordered:
            reading.take(journal)
        if reading.rewinds.hidden == hidden:
            return reading
        hidden = reading.rewinds.hidden


class _Reading:
    """The fold of the rows so far."""

    def __init__(self, hidden: Mapping[str, Hidden]) -> None:
        self._hidden = hidden
        self._params: dict[str, Any] = {}
        self._tags: dict[str, Any] = {}
        self._inputs: dict[str, dict[str, Any]] = {}
        self._name: str | None = None
        self._dropped = 0
        self._bad_rows = 0
        self._seen: dict[str, int] = {}
        self._voices: list[Voice] = []
        self.metrics: dict[str, Summary] = {}
        self.rewinds = Rewinds()

    def folded(self) -> Folded:
        return Folded(
            params=self._params,
            tags=self._tags,
            name=self._name,
            metrics=self.metrics,
            ending=ending_from(self._voices),
            dropped=self._dropped,
            seen=self._seen,
            bad_rows=self._bad_rows,
            inputs=self._inputs,
        )

    def take(self, journal: Journal) -> None:
        self._voices.append(Voice(journal.writer))
        self.rewinds.begin(journal.writer)
        hidden = self._hidden.get(journal.writer, ())
        index = 0
        for block in blocks(journal.rows):
            if isinstance(block, Columns):
                self._take_columns(shown(block, index, hidden))
            else:
                self._take_rows(block, index, hidden)
            index += length_of(block)
        self._seen[journal.writer] = index

    def _take_columns(self, columns: Columns) -> None:
        if columns.steps:
            for name, values in columns.values.items():
                self._summary(name).add_all(columns.steps, values)

    def _take_rows(self, rows: Sequence[Row | None], first: int, hidden: Hidden) -> None:
        for index, row in enumerate(rows, first):
            if row is None:
                self._bad_rows += 1
                continue
            if len(row) != len(_POINTS) or row.keys() != _POINTS:
                self._take_words(row, index)
            step = integer(row.get("step")) if "metrics" in row else None
            if step is not None and not (hidden and is_hidden(step, index, hidden)):
                for name, raw in _mapping(row, "metrics").items():
                    value = decode_number(raw)
                    if value is not None:
                        self._summary(name).add(step, value)

    def _take_words(self, row: Row, index: int) -> None:
        self._voices[-1].take(row)
        self.rewinds.take(row, index)
        self._params |= _mapping(row, "params")
        self._tags |= _mapping(row, "tags")
        inputs = _mapping(row, "inputs").items()
        self._inputs |= {n: v for n, v in inputs if isinstance(v, dict)}
        self._name = row["name"] if isinstance(row.get("name"), str) else self._name
        self._dropped += max(integer(row.get("dropped")) or 0, 0)

    def _summary(self, name: str) -> Summary:
        return self.metrics.get(name) or self.metrics.setdefault(name, Summary())


def _mapping(row: Row, key: str) -> Mapping[str, Any]:
    value = row.get(key)
    return value if isinstance(value, dict) else {}
