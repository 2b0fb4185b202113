"""Runs, and the points of their metrics, as tables whose columns have a type."""

import json
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from enum import StrEnum
from typing import Any, NamedTuple

from mltrack.query.keys import Key, value_of
from mltrack.query.keys import Row as Values
from mltrack.query.naming import Column as Chosen
from mltrack.store.clock import is_moment, seconds_from_text
from mltrack.store.journal import decode_number, jsonable
from mltrack.store.store import Store
from mltrack.tracking.entities import RunRecord
from mltrack.tracking.history import histories_of
from mltrack.tracking.journals import read_journals, rows_seen

Row = tuple[Any, ...]
_WIDEST = 2**63
MOST_POINTS = 2_000_000
"""Points of one run that are in memory at once, 32 bytes each; or all of one metric."""


class Kind(StrEnum):
    """What the values of a column are."""

    BOOLEAN = "boolean"
    INTEGER = "integer"
    NUMBER = "number"
    TEXT = "text"
    TIME = "time"


class Column(NamedTuple):
    """A column: its name, and what its values are. A time is in milliseconds since 1970, UTC."""

    name: str
    kind: Kind


class Table(NamedTuple):
    """Columns, and what yields the rows: in each a value, or None, for every column."""

    columns: tuple[Column, ...]
    rows: Callable[[], Iterator[Row]]


_OF_EVERY_RUN = (
    Column("run_id", Kind.TEXT),
    Column("name", Kind.TEXT),
    Column("experiment", Kind.TEXT),
    Column("status", Kind.TEXT),
    Column("started", Kind.TIME),
    Column("ended", Kind.TIME),
)
_OF_POINTS = (
    Column("run_id", Kind.TEXT),
    Column("metric", Kind.TEXT),
    Column("step", Kind.INTEGER),
    Column("time", Kind.TIME),
    Column("value", Kind.NUMBER),
)


def table_of_runs(records: Sequence[RunRecord]) -> Table:
    """Return a row a run: what every run has, then params, the last of each metric, and tags."""
    params = _kinds(record.params for record in records)
    metrics = sorted({name for record in records for name in record.metrics})
    tags = _kinds(record.tags for record in records)
    columns = (
        *_OF_EVERY_RUN,
        *(Column(f"params.{name}", kind) for name, kind in params.items()),
        *(Column(f"metrics.{name}", Kind.NUMBER) for name in metrics),
        *(Column(f"tags.{name}", kind) for name, kind in tags.items()),
    )

    def rows() -> Iterator[Row]:
        for record in records:
            last = (s.last if (s := record.metrics.get(name)) else None for name in metrics)
            yield (
                *_facts(record),
                *map(record.params.get, params),
                *last,
                *map(record.tags.get, tags),
            )

    return Table(columns, rows)


def table_of_values(chosen: Sequence[Chosen], runs: Callable[[], Iterable[Values]]) -> Table:
    """Return a row a run: the values that were chosen, under their titles.

    Args:
        chosen: what stands in the columns.
        runs: gives the runs as filters look at them, the same each time.
    """
    kinds = _kinds({c.title: value_of(run, c.key) for c in chosen} for run in runs())
    known = [_kind_of_key(c.key) or kinds.get(c.title, Kind.TEXT) for c in chosen]

    def rows() -> Iterator[Row]:
        for run in runs():
            values = (value_of(run, column.key) for column in chosen)
            yield tuple(map(_timed, known, values))

    return Table(tuple(map(Column, (c.title for c in chosen), known)), rows)


def table_of_points(runs: Iterable[tuple[Store, RunRecord]], tell: Callable[[str], None]) -> Table:
    """Return a row a point of every metric, by run, metric and step.

    A journal is read once, or once for every `MOST_POINTS` of a longer one: so many are in memory.

    Args:
        runs: the runs, and the store of each.
        tell: takes a line for each run of which rows are lost.
    """

    def rows() -> Iterator[Row]:
        for store, record in runs:
            journals = read_journals(store, record.id)
            if lost := _lost(record, rows_seen(journals)):
                tell(f"run {record.id}: rows of its journals that are lost, with points: {lost}")
            for names in _batches(record):
                for name, history in histories_of(journals, names):
                    for step, time, value in history:
                        yield record.id, name, step, _milliseconds(time), value

    return Table(_OF_POINTS, rows)


def typed(kind: Kind, value: Any) -> Any:  # noqa: ANN401 - any value that a run can hold
    """Return a value of a column as the type of the column has it."""
    if value is None or kind is Kind.TIME:
        return value
    if kind is Kind.NUMBER:
        number = decode_number(value)
        return None if number is None else float(number)
    return as_text(value) if kind is Kind.TEXT else value


def as_text(value: object) -> str:
    """Return a value as a text: itself, or as JSON has it; empty for none."""
    if isinstance(value, str):
        return value if value.isascii() else value.encode("utf-8", "backslashreplace").decode()
    if value is None:
        return ""
    plain = jsonable(value)
    return plain if isinstance(plain, str) else as_text(json.dumps(plain, ensure_ascii=False))


def _batches(record: RunRecord) -> Iterator[list[str]]:
    """Yield the metrics of a run in order, those together that memory has room for."""
    names: list[str] = []
    points = 0
    for name, summary in sorted(record.metrics.items()):
        if names and points + summary.count > MOST_POINTS:
            yield names
            names, points = [], 0
        names.append(name)
        points += summary.count
    if names:
        yield names


def _lost(record: RunRecord, rows: Mapping[str, int]) -> int:
    """Return how many rows a run had at its end that are not there now."""
    return sum(max(seen - rows.get(writer, 0), 0) for writer, seen in record.seen.items())


def _facts(record: RunRecord) -> Row:
    ended = record.ended.timestamp() if record.ended else None
    return (
        record.id,
        record.name,
        record.experiment,
        str(record.status),
        _milliseconds(record.started.timestamp()),
        None if ended is None else _milliseconds(ended),
    )


def _kind_of_key(key: Key) -> Kind | None:
    """Return what a value is whatever runs have; None where it depends on that."""
    if key.group == "metrics":
        return Kind.NUMBER
    if key.group:
        return None
    return Kind.TIME if key.name in {"started", "ended"} else Kind.TEXT


def _timed(kind: Kind, value: Any) -> Any:  # noqa: ANN401 - as above
    """Return a value as rows have it: times, which filters have as texts, in milliseconds."""
    is_time = kind is Kind.TIME and value is not None
    return _milliseconds(seconds_from_text(value)) if is_time else value


def _milliseconds(seconds: float) -> int | None:
    return round(seconds * 1000) if is_moment(seconds) else None


def _kinds(groups: Iterable[Any]) -> dict[str, Kind]:
    """Return the kind of each key in some dicts, by key."""
    found: dict[str, set[Kind]] = {}
    for group in groups:
        for name, value in group.items():
            kinds = found.setdefault(name, set())
            if value is not None:
                kinds.add(_kind_of(value))
    return {name: _of_all(found[name]) for name in sorted(found)}


def _kind_of(value: object) -> Kind:
    """Return what a value is; of a parameter the store has NaN and the infinities as texts."""
    if isinstance(value, bool):
        return Kind.BOOLEAN
    if isinstance(value, int):
        return Kind.INTEGER if -_WIDEST <= value < _WIDEST else Kind.TEXT
    return Kind.TEXT if decode_number(value) is None else Kind.NUMBER


def _of_all(kinds: set[Kind]) -> Kind:
    if len(kinds) == 1:
        return next(iter(kinds))
    return Kind.NUMBER if kinds == {Kind.INTEGER, Kind.NUMBER} else Kind.TEXT
