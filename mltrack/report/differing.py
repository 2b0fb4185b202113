"""What changed between runs, as a table: a line for each key that differs, a column a run."""

import math
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

from mltrack.charts.labels import cell, number, safe
from mltrack.query.comparing import Difference
from mltrack.report.table import Column
from mltrack.report.words import counted

_GROUP_WORDS = {
    "run": "Run",
    "params": "Parameters",
    "metrics": "Metrics",
    "tags": "Tags",
    "inputs": "Data",
    "code": "Code",
    "environment": "Environment",
    "packages": "Packages",
}
_MOST_LINES = 40
_MOST_VALUES = 6


@dataclass(frozen=True, slots=True, kw_only=True)
class ChangedCell:
    """A value of a run, and how much it has more than that of the first run."""

    text: str
    delta: str = ""
    changed: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class ChangedLine:
    """A key and its value in each run."""

    key: str
    cells: tuple[ChangedCell, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class ChangedGroup:
    """The keys of one kind that differ; `more` of them there was no room for."""

    title: str
    lines: tuple[ChangedLine, ...]
    more: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Varied:
    """A key that is not the same in all runs: how many values it has, and which are frequent."""

    key: str
    count: int
    values: str


def changed_groups(differences: Sequence[Difference]) -> list[ChangedGroup]:
    """Return the differences group by group."""
    groups: dict[str, list[Difference]] = {}
    for difference in differences:
        groups.setdefault(difference.group, []).append(difference)
    return [
        ChangedGroup(
            title=_GROUP_WORDS[group],
            lines=tuple(map(_line, found[:_MOST_LINES])),
            more=max(0, len(found) - _MOST_LINES),
        )
        for group, found in groups.items()
    ]


def _line(difference: Difference) -> ChangedLine:
    first = repr(difference.values[0])
    deltas = difference.deltas or (None,) * len(difference.values)
    cells = [
        ChangedCell(
            text=cell(value),
            delta=_delta(delta) if at else "",
            changed=at > 0 and repr(value) != first,
        )
        for at, (value, delta) in enumerate(zip(difference.values, deltas, strict=True))
    ]
    return ChangedLine(key=safe(difference.key), cells=tuple(cells))


def _delta(delta: float | None) -> str:
    if delta is None or math.isnan(delta) or not delta:
        return ""
    return f"{'▲' if delta > 0 else '▼'} {number(delta, sign='+')}"


def varied(columns: Sequence[Column]) -> list[Varied]:
    """Return which parameters and tags are not the same in all runs, and what values they have."""
    found = [c for c in columns if c.key.startswith(("params.", "tags."))]
    return [_varied(column) for column in found]


def _varied(column: Column) -> Varied:
    counts = Counter(column.cells).most_common()
    words = [f"{text} ({times:,})" if times > 1 else text for text, times in counts[:_MOST_VALUES]]
    more = len(counts) - len(words)
    words += [f"and {counted(more, 'other value')}"] if more > 0 else []
    return Varied(key=column.key, count=len(counts), values=", ".join(words))
