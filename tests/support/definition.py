"""What filters and rankings mean, said of rows in plain Python: the measure of the SQL."""

import math
import operator
import re
from collections.abc import Callable, Iterator, Sequence
from typing import Any

from mltrack.query.faults import unknown, wrong_kind
from mltrack.query.keys import SAID_GROUPS, Key, Row, metric_key, no_number, unknown_key, value_of
from mltrack.query.tree import (
    IN,
    NO_KIND,
    NOT_IN,
    ORDERS,
    All,
    Comparison,
    Either,
    Filter,
    Not,
    comparisons_of,
    kind_of,
)
from mltrack.query.where import parse

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
    condition = parse(where)
    comparisons = [c for c in comparisons_of(condition) if c.literal is not None]
    for comparison in comparisons:
        if comparison.key.group != "datasets":
            _require_known(comparison, rows, where)
    found = [row for row in rows if holds_for(condition, row)]
    if not found:
        for comparison in comparisons:
            _require_same_kind(comparison, rows, where)
    return found


def _require_known(comparison: Comparison, rows: Sequence[Row], where: str) -> None:
    if _is_known(comparison.key, rows):
        return
    raise unknown(comparison, _known(comparison.key, rows), where)


def _require_same_kind(comparison: Comparison, rows: Sequence[Row], where: str) -> None:
    if comparison.key.group == "datasets":
        return
    kinds = {kind_of(value_of(row, comparison.key)) for row in rows} - {NO_KIND}
    fault = wrong_kind(comparison, kinds, where)
    if fault is not None:
        raise fault


def holds_for(condition: Filter, row: Row) -> bool:
    """Tell whether a filter holds for a run."""
    match condition:
        case Not(inner):
            return not holds_for(inner, row)
        case All(parts):
            return all(holds_for(part, row) for part in parts)
        case Either(parts):
            return any(holds_for(part, row) for part in parts)
    return _compares(condition, row)


def _compares(comparison: Comparison, row: Row) -> bool:
    key, operator = comparison.key, comparison.operator
    if key.group == "datasets":
        values = list(_datasets(row, key.name))
        if operator == "is null":
            return not values
        return bool(values) and (
            operator == "is true" or any(_meets(comparison, v) for v in values)
        )
    value = value_of(row, key)
    if operator == "is null":
        return value is None
    return value is not None and _meets(comparison, value)


def _datasets(row: Row, fact: str) -> Iterator[Any]:
    for name, facts in (row.get("inputs") or {}).items():
        value = name if fact == "name" else facts.get(fact)
        if value is not None:
            yield value


def _meets(comparison: Comparison, value: Any) -> bool:
    operator = comparison.operator
    if operator == "is true":
        return value not in {"", "false", "False"} if isinstance(value, str) else value != 0
    if operator in {IN, NOT_IN}:
        each = (comparison._replace(operator="=", literal=one) for one in comparison.literals)
        return any(_meets(one, value) for one in each) == (operator == IN)
    (literal,) = comparison.literals
    is_said = comparison.key.group in SAID_GROUPS
    if is_said and isinstance(literal, str) and operator not in ORDERS:
        if not isinstance(value, str | bool | int | float):
            return False
        value = str(value)
    if operator in _PATTERNS:
        return isinstance(value, str) and _PATTERNS[operator](str(literal), value)
    if kind_of(value) != kind_of(literal):
        return False
    return _OPERATORS[operator](value, literal)


def _like(pattern: str, text: str) -> bool:
    """Tell whether a text is as a pattern, by trying each way in which `%` can be meant."""
    if not pattern:
        return not text
    if pattern[0] == "%":
        return any(_like(pattern[1:], text[start:]) for start in range(len(text) + 1))
    return bool(text) and pattern[0] in {"_", text[0]} and _like(pattern[1:], text[1:])


_PATTERNS: dict[str, Callable[[str, str], bool]] = {
    "like": _like,
    "ilike": lambda pattern, text: _like(pattern.lower(), text.lower()),
    "matches": lambda pattern, text: re.search(pattern, text) is not None,
}


def require_known(key: Key, rows: Sequence[Row]) -> None:
    """Make sure that at least one row has the key, unless there are no rows at all.

    Raises:
        UsageError: none has; the message names the nearest key that one has.
    """
    if not _is_known(key, rows):
        raise unknown_key(key, _known(key, rows))


def _is_known(key: Key, rows: Sequence[Row]) -> bool:
    return not key.group or not rows or any(value_of(row, key) is not None for row in rows)


def _known(key: Key, rows: Sequence[Row]) -> list[str]:
    return sorted({name for row in rows for name in _names(row, key.group)})


def ranked(rows: Sequence[Row], metric: str, *, highest: bool) -> list[Row]:
    """Return rows by a metric, the highest or the lowest first; NaN after numbers, missing last.

    Runs that are equal stay in the order in which they came.

    Raises:
        UsageError: no run has the metric, or none has a number there.
    """
    key = metric_key(metric)
    require_known(key, rows)
    if rows and all(_rank(row, key, highest=highest)[0] == _MISSING for row in rows):
        raise no_number(key)
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


def in_order(rows: Sequence[Row], key: Key, *, descending: bool) -> list[Row]:
    """Return rows by any value: numbers, texts, NaN, other values, what has none.

    Runs that are equal stay in the order in which they came.
    """
    ranks: dict[int, list[Row]] = {}
    for row in rows:
        ranks.setdefault(_sorting_rank(value_of(row, key)), []).append(row)
    for rank in (0, 1):
        found = ranks.get(rank, [])
        found.sort(key=lambda row: value_of(row, key), reverse=descending)
    return [row for rank in sorted(ranks) for row in ranks[rank]]


def _sorting_rank(value: Any) -> int:
    if isinstance(value, float) and math.isnan(value):
        return 2
    if isinstance(value, int | float):
        return 0
    if value is None:
        return 4
    return 1 if isinstance(value, str) else 3
