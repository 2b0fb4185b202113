"""Choose the columns of a listing of runs: what tells the runs apart."""

from collections.abc import Sequence

from mltrack.query.keys import Row, alike

_ALWAYS = ("id", "name", "status", "started")
_WATCHED = ("metrics", "params")
_PASSED_OVER = ("slice/", "system/")
"""How busy the machine was tells no run from another, and slices of an evaluation are many."""


def columns_for(rows: Sequence[Row], *, first: str | None = None) -> list[str]:
    """Return the columns worth showing, those that may be dropped last.

    They are the handle, name, status and start; the experiment when there are several; then each
    metric and parameter that is not the same in all rows.

    Args:
        rows: the runs that will be shown.
        first: a column such as `metrics.acc` to come before other values: what they are sorted by.
    """
    columns = list(_ALWAYS)
    if len({row.get("experiment") for row in rows}) > 1:
        columns.append("experiment")
    if first:
        columns.append(first)
    varying = [
        f"{g}.{name}"
        for g in _WATCHED
        for name in _names(rows, g)
        if not name.startswith(_PASSED_OVER) and _varies(rows, g, name)
    ]
    return list(dict.fromkeys(columns + varying))


def all_columns(rows: Sequence[Row]) -> list[str]:
    """Return every column that a row has: attributes, metrics, parameters, tags."""
    attributes = [*_ALWAYS[:2], "experiment", *_ALWAYS[2:], "ended"]
    return attributes + [f"{g}.{name}" for g in (*_WATCHED, "tags") for name in _names(rows, g)]


def metrics_of(rows: Sequence[Row]) -> list[str]:
    """Return the metrics that are worth showing of groups of runs."""
    return [name for name in _names(rows, "metrics") if not name.startswith(_PASSED_OVER)]


def _names(rows: Sequence[Row], group: str) -> list[str]:
    return sorted({name for row in rows for name in row.get(group) or {}})


def _varies(rows: Sequence[Row], group: str, name: str) -> bool:
    values = [(row.get(group) or {}).get(name) for row in rows]
    return len(values) == 1 or not all(alike(value, values[0]) for value in values)
