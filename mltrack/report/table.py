"""The table of runs: which columns it has, what its cells say, and what they sort by."""

import math
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

from mltrack.charts.labels import MISSING, cell, safe
from mltrack.query.columns import columns_for
from mltrack.query.keys import number_of
from mltrack.report.entities import RunFacts
from mltrack.report.words import lasting, moment

_AT_FIRST = 12
_MOST_CELLS = 40_000
_FEWEST = 12
_AFTER_STARTED = 4
_GROUPS = frozenset({"metrics", "params", "tags"})


@dataclass(frozen=True, slots=True, kw_only=True)
class Column:
    """A column: its key such as `params.lr`, its title, and each run's cell and value.

    Attributes:
        values: what the column sorts by: numbers where it is numeric, else texts; None for none.
        numeric: whether its values are numbers, which stand to the right.
        shown: whether it is shown before anybody chose columns.
        best: which row has the best value; None where no best was asked for.
    """

    key: str
    title: str
    cells: tuple[str, ...]
    values: tuple[Any, ...]
    numeric: bool
    shown: bool = True
    best: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class RunTable:
    """The table of runs.

    Attributes:
        columns: its columns, the handle first.
        rows: for each run its cells, in the order of the columns.
        left_out: the titles of columns that there was no room for.
    """

    columns: tuple[Column, ...]
    rows: tuple[tuple[str, ...], ...]
    left_out: tuple[str, ...]


def run_table(runs: Sequence[RunFacts], *, best: str = "", highest: bool = True) -> RunTable:
    """Return the table of some runs: what tells them apart, as far as there is room.

    Args:
        runs: the runs.
        best: the key whose best value is marked, such as `metrics.acc`; it comes before others.
        highest: whether the highest is the best.
    """
    rows = [_row(run) for run in runs]
    keys = [*columns_for(rows, first=best or None), *_varying_tags(rows)]
    keys.insert(_AFTER_STARTED, "lasted")
    most = max(_FEWEST, _MOST_CELLS // max(len(runs), 1))
    kept = keys[:most]
    columns = [_column(key, rows, shown=at < _AT_FIRST) for at, key in enumerate(kept)]
    columns = [_with_best(c, highest) if c.key == best else c for c in columns]
    cells = tuple(zip(*(column.cells for column in columns), strict=True))
    return RunTable(columns=tuple(columns), rows=cells, left_out=tuple(map(title_of, keys[most:])))


def _row(run: RunFacts) -> dict[str, Any]:
    record = run.record
    ended = record.ended
    lasted = (ended - record.started).total_seconds() if ended else None
    return {**run.row, "id": run.handle, "lasted": lasted, "began": record.started}


def _varying_tags(rows: Sequence[dict[str, Any]]) -> list[str]:
    names = sorted({name for row in rows for name in row["tags"]})
    varying = [n for n in names if len({repr(row["tags"].get(n)) for row in rows}) > 1]
    return [f"tags.{name}" for name in varying]


def title_of(key: str) -> str:
    """Return what a column is called: without its group, which its place tells."""
    group, dot, name = key.partition(".")
    known = {"id": "run", "lasted": "took"}
    return safe(name) if dot and group.rpartition(" ")[2] in _GROUPS else known.get(key, safe(key))


def _column(key: str, rows: Sequence[dict[str, Any]], *, shown: bool) -> Column:
    raw = [_value(row, key) for row in rows]
    values = [_sortable(value) for value in raw]
    numeric = all(v is None or isinstance(v, float) for v in values) and any(
        v is not None for v in values
    )
    if not numeric:
        values = [None if v is None else cell(v) for v in raw]
    if key == "started":
        values = [row["started"] for row in rows]
    return Column(
        key=safe(key),
        title=title_of(key),
        cells=tuple(_text(key, row, value) for row, value in zip(rows, raw, strict=True)),
        values=tuple(values),
        numeric=numeric,
        shown=shown,
    )


def _value(row: dict[str, Any], key: str) -> Any:  # noqa: ANN401 - any JSON value
    group, dot, name = key.partition(".")
    if key in row or not dot or group not in _GROUPS:
        return row.get(key)
    value = row[group].get(name)
    return number_of(value) if group == "metrics" else value


def _sortable(value: Any) -> float | str | None:  # noqa: ANN401 - any JSON value
    if isinstance(value, bool) or not isinstance(value, int | float):
        return None if value is None else cell(value)
    try:
        return float(value)
    except OverflowError:
        return math.inf if value > 0 else -math.inf


def _text(key: str, row: dict[str, Any], value: Any) -> str:  # noqa: ANN401 - any JSON value
    if key == "started":
        return moment(row["began"])
    if key == "lasted":
        return MISSING if value is None else lasting(value)
    return cell(value)


def _with_best(column: Column, highest: bool) -> Column:  # noqa: FBT001 - as run_table has it
    numbers = {
        at: value
        for at, value in enumerate(column.values)
        if isinstance(value, float) and not math.isnan(value)
    }
    if not numbers:
        return column
    best = (max if highest else min)(numbers, key=numbers.__getitem__)
    return replace(column, best=best)
