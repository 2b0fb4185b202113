"""Runs that are alike as one row each, with the spread of their metrics."""

from collections.abc import Sequence
from typing import Any, NamedTuple

from mltrack.api.runs.choosing import chosen_columns
from mltrack.api.runs.search import Runs
from mltrack.errors import UsageError
from mltrack.query import grouping
from mltrack.query.columns import metrics_of
from mltrack.query.grouping import Group
from mltrack.query.keys import Key, Row, alike, metric_key, value_of
from mltrack.query.naming import Column, keys_of, order_of

COUNT = "n"
"""The title of the column that tells how many runs a group has."""


class Groups(NamedTuple):
    """Groups of runs, and which columns of them to show, in order.

    Attributes:
        groups: the groups, in order.
        columns: what is shown of each, the number of runs apart.
    """

    groups: list[Group]
    columns: list[Column]

    @property
    def metrics(self) -> list[str]:
        """Return the titles of the columns that hold the spread of a metric."""
        return [column.title for column in self.columns if column.key.group == "metrics"]

    @property
    def others(self) -> list[str]:
        """Return the titles of the columns that hold what the runs of a group have in common."""
        return [column.title for column in self.columns if column.key.group != "metrics"]

    def values(self, group: Group) -> dict[str, Any]:
        """Return what a column has of a group by its title: a value, or the spread of a metric."""
        return {column.title: _value(group, column.key) for column in self.columns}


class Ranking(NamedTuple):
    """What groups are ranked by: at most one of the highest, the lowest mean, and a sorting."""

    max: str | None = None
    min: str | None = None
    sort: str | None = None


def groups_of(
    runs: Runs,
    *,
    over: str | None = None,
    by: str | None = None,
    columns: str | None = None,
    ranking: Ranking | None = None,
) -> Groups:
    """Return runs in groups.

    Args:
        runs: the runs, in the order in which their groups are to come.
        over: parameters in which alone the runs of a group differ, such as `seed`.
        by: what the runs of a group have in common, such as `params.model`, instead.
        columns: what is shown, such as `lr, min loss as best`.
        ranking: what the groups are ranked by.

    Raises:
        UsageError: a name is unknown or means several things.
    """
    if not runs:
        return Groups([], [])
    rows = [run.row() for run in runs]
    names = runs.names
    keys = keys_of(by, names) if by else grouping.kept_apart(rows, keys_of(over or "", names))
    chosen = [] if columns is None else _chosen(runs, columns)
    metrics = [column.key for column in chosen if column.key.group == "metrics"]
    if not chosen:
        metrics = [Key("metrics", name) for name in metrics_of(rows)]
    best, descending = _rank_key(ranking or Ranking(), runs)
    ranked_by = [best] if best and best.group == "metrics" else []
    groups = grouping.grouped(rows, keys, list(dict.fromkeys([*metrics, *ranked_by])))
    if ranked_by:
        groups = grouping.ranked(groups, ranked_by[0], descending=descending)
    shown = [str(key) for key in keys] if by else grouping.telling(groups, keys)
    told = [Column(key, str(key)) for key in keys if str(key) in shown]
    return Groups(groups, chosen or told + [Column(key, str(key)) for key in metrics])


def _chosen(runs: Runs, text: str) -> list[Column]:
    chosen = chosen_columns(runs, text)
    if COUNT in (column.title for column in chosen):
        raise UsageError(f"two columns are called {COUNT}: one tells how many runs a group has")
    return chosen


def _rank_key(ranking: Ranking, runs: Runs) -> tuple[Key | None, bool]:
    if ranking.max or ranking.min:
        return metric_key(ranking.max or ranking.min or ""), bool(ranking.max)
    return order_of(ranking.sort, runs.names) if ranking.sort else (None, False)


def _value(group: Group, key: Key) -> Any:  # noqa: ANN401 - any value that a run can hold
    if key.group == "metrics":
        return group.spreads.get(str(key))
    return _common(group.rows, key)


def _common(rows: Sequence[Row], key: Key) -> Any:  # noqa: ANN401 - as above
    values = [value_of(row, key) for row in rows]
    return values[0] if all(alike(value, values[0]) for value in values) else None
