"""What filters and rankings mean, said of rows in plain Python: the measure of the SQL."""

import math
import operator
from collections.abc import Callable, Sequence
from typing import Any

from mltrack.query.keys import Key, Row, metric_key, unknown_key, value_of
from mltrack.query.where import NO_KIND, Comparison, kind_of, parse, wrong_kind

_OPERATORS: dict[str, Callable[[Any, Any], bool]] = {
    "=": operator.eq,
    "==": operator.eq,
    "!=": operator.ne,
    "<": operator.lt,
    "<=": operator.le,
    ">": operator.gt,
    ">=": operator.ge,
}
_NUMBER, _NAN, _MISSING = range(3)


def filtered(rows: Sequence[Row], where: str) -> list[Row]:
    """Return the rows for which a filter holds, in their order.

    Raises:
        UsageError: the filter cannot be read, names a key that no run has, or compares a number
            with text.
    """
    comparisons = parse(where)
    for comparison in comparisons:
        require_known(comparison.key, rows)
        _require_same_kind(comparison, rows, where)
    return [row for row in rows if all(holds_for(c, row) for c in comparisons)]


def _require_same_kind(comparison: Comparison, rows: Sequence[Row], where: str) -> None:
    kinds = {kind_of(value_of(row, comparison.key)) for row in rows} - {NO_KIND}
    fault = wrong_kind(comparison, kinds, where)
    if fault is not None:
        raise fault


def holds_for(comparison: Comparison, row: Row) -> bool:
    """Tell whether it is true of a run; never of one without the key or of another kind."""
    value = value_of(row, comparison.key)
    if kind_of(value) != kind_of(comparison.literal):
        return False
    return _OPERATORS[comparison.operator](value, comparison.literal)


def require_known(key: Key, rows: Sequence[Row]) -> None:
    """Make sure that at least one row has the key, unless there are no rows at all.

    Raises:
        UsageError: none has; the message names the nearest key that one has.
    """
    if not key.group or not rows or any(value_of(row, key) is not None for row in rows):
        return
    raise unknown_key(key, sorted({name for row in rows for name in _names(row, key.group)}))


def ranked(rows: Sequence[Row], metric: str, *, highest: bool) -> list[Row]:
    """Return rows by a metric, the highest or the lowest first; NaN after numbers, missing last.

    Runs that are equal stay in the order in which they came.

    Raises:
        UsageError: no run has the metric.
    """
    key = metric_key(metric)
    require_known(key, rows)
    return sorted(rows, key=lambda row: _rank(row, key, highest=highest))


def _rank(row: Row, key: Key, *, highest: bool) -> tuple[int, float]:
    value = value_of(row, key)
    if not isinstance(value, int | float):
        return _MISSING, 0.0
    if isinstance(value, float) and math.isnan(value):  # an int may be too large to be asked
        return _NAN, 0.0
    return _NUMBER, -value if highest else value


def _names(row: Row, group: str) -> list[str]:
    """Return the names that have a value."""
    values = row.get(group) or {}
    if group == "inputs":
        values = {
            f"{d}.{fact}": value for d, facts in values.items() for fact, value in facts.items()
        }
    return [name for name, value in values.items() if value is not None]
