"""Make one row of runs that are alike: how many, and mean and spread of each metric."""

import json
import math
from collections.abc import Hashable, Sequence
from typing import Any, NamedTuple

from mltrack.query.keys import Key, Row, number_of, value_of
from mltrack.store.journal import jsonable


class Spread(NamedTuple):
    """Several values of a metric in three numbers.

    Attributes:
        mean: their mean.
        std: the standard deviation of a sample; None of a single value.
        n: how many there are.
    """

    mean: float
    std: float | None
    n: int


class Group(NamedTuple):
    """Runs that are alike.

    Attributes:
        by: what they have in common, by the name of the key.
        rows: the runs.
        spreads: each metric that one of them has.
    """

    by: dict[str, Any]
    rows: tuple[Row, ...]
    spreads: dict[str, Spread]

    def to_json(self) -> dict[str, Any]:
        """Return it ready for JSON."""
        return {
            "by": jsonable(self.by),
            "n": len(self.rows),
            "runs": [row["id"] for row in self.rows],
            "metrics": {
                name.replace("metrics.", "", 1): jsonable(found._asdict())
                for name, found in self.spreads.items()
            },
        }


def spread_of(values: Sequence[float]) -> Spread:
    """Return the mean of one value or more, and their standard deviation with n - 1."""
    numbers = [_as_float(value) for value in values]
    n = len(numbers)
    mean = _sum(numbers) / n
    if not math.isfinite(mean) and all(map(math.isfinite, numbers)):
        mean = _sum([number / n for number in numbers])
    if n == 1:
        return Spread(mean, None, 1)
    return Spread(mean, math.hypot(*(number - mean for number in numbers)) / math.sqrt(n - 1), n)


def _as_float(value: float) -> float:
    try:
        return float(value)
    except OverflowError:
        return math.inf if value > 0 else -math.inf


def _sum(numbers: Sequence[float]) -> float:
    try:
        return math.fsum(numbers)
    except (OverflowError, ValueError):  # beyond what a float holds, or both infinities
        return sum(numbers)


def grouped(rows: Sequence[Row], keys: Sequence[Key], metrics: Sequence[Key]) -> list[Group]:
    """Return one group for each combination of values of keys, in the order of their first runs.

    Args:
        rows: the runs.
        keys: what runs of a group have in common.
        metrics: what is to be told of each group.
    """
    groups: dict[Hashable, list[Row]] = {}
    for row in rows:
        mark = tuple(_mark(value_of(row, key)) for key in keys)
        groups.setdefault(mark, []).append(row)
    return [_group(tuple(found), keys, metrics) for found in groups.values()]


def _group(rows: tuple[Row, ...], keys: Sequence[Key], metrics: Sequence[Key]) -> Group:
    spreads = {}
    for metric in metrics:
        values = [number_of(value_of(row, metric)) for row in rows]
        numbers = [value for value in values if value is not None]
        if numbers:
            spreads[str(metric)] = spread_of(numbers)
    return Group({str(key): value_of(rows[0], key) for key in keys}, rows, spreads)


def kept_apart(rows: Sequence[Row], but: Sequence[Key]) -> list[Key]:
    """Return what must be alike in a group: the experiment, and every parameter but some."""
    names = dict.fromkeys(name for row in rows for name in row.get("params") or {})
    params = [Key("params", name) for name in sorted(names)]
    return [key for key in (Key("", "experiment"), *params) if key not in but]


def telling(groups: Sequence[Group], keys: Sequence[Key]) -> list[str]:
    """Return the names of the keys that are not alike in all groups."""
    return [
        str(key)
        for key in keys
        if (len(groups) == 1 and key.group) or len({_mark(g.by[str(key)]) for g in groups}) > 1
    ]


def ranked(groups: Sequence[Group], metric: Key, *, descending: bool) -> list[Group]:
    """Return groups by the mean of a metric; NaN after numbers, missing last."""

    def rank(group: Group) -> tuple[int, float]:
        found = group.spreads.get(str(metric))
        if found is None:
            return 2, 0.0
        if math.isnan(found.mean):
            return 1, 0.0
        return 0, -found.mean if descending else found.mean

    return sorted(groups, key=rank)


def _mark(value: object) -> Hashable:
    """Return what is equal for values that are alike: for 1 and 1.0, not for "1" or true."""
    is_nan = isinstance(value, float) and math.isnan(value)
    if value is None or isinstance(value, str):
        return value
    if isinstance(value, int | float) and not isinstance(value, bool) and not is_nan:
        return value
    return (json.dumps(value, sort_keys=True, default=repr),)
