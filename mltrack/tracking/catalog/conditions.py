"""Filters as SQL: pure, and with the meaning that `query.where` gives them."""

from collections.abc import Callable
from typing import TYPE_CHECKING, NamedTuple

from mltrack.tracking.catalog.rows import Kept, kept
from mltrack.tracking.catalog.schema import NOT_A_NUMBER, NUMBER, OTHER, TEXT, TRUTH

if TYPE_CHECKING:
    from mltrack.query.keys import Key
    from mltrack.query.where import Comparison

_SIGNS = {"=": "=", "==": "=", "!=": "<>", "<": "<", "<=": "<=", ">": ">", ">=": ">="}
_EXTREMES = {"min": "low", "max": "high"}

NumberOfKey = Callable[["Key"], int | None]
"""Gives the number by which the tables know a key; None where no run has ever had it."""


class Sql(NamedTuple):
    """A condition on the run `r`, and the values of its question marks."""

    text: str
    values: tuple[object, ...] = ()


NEVER = Sql("0")


def both(*conditions: Sql) -> Sql:
    """Return the condition that all of these hold."""
    texts = [condition.text for condition in conditions]
    values = [value for condition in conditions for value in condition.values]
    return Sql(" AND ".join(texts) or "1", tuple(values))


def table_of(key: "Key") -> str:
    """Return the table in which the values of a key stand."""
    return "metric" if key.group == "metrics" else "value"


def column_of(key: "Key") -> str:
    """Return the column of that table in which they stand."""
    return _EXTREMES.get(key.aspect, "value")


def attribute_of(key: "Key") -> str:
    """Return what an attribute of a run is in SQL: an experiment is what it is called now."""
    if key.name != "experiment":
        return f"r.{key.name}"
    said = "SELECT name FROM temp.experiment AS e WHERE e.id = r.experiment_id"
    return f"coalesce(({said}), r.experiment)"


def is_number(key: "Key") -> str:
    """Return the condition that the value `t` of a key is a number; true is one, as in Python."""
    if column_of(key) != "value":
        return f"t.{column_of(key)} IS NOT NULL"
    if table_of(key) == "metric":
        return f"t.kind = {NUMBER}"  # one kind alone: its rows stand in the order of their values
    return f"t.kind IN ({NUMBER}, {TRUTH})"


def is_nan(key: "Key") -> str:
    """Return the condition that the value `t` of a key is NaN."""
    if column_of(key) != "value":
        return f"t.{column_of(key)} IS NULL"
    return f"t.kind = {NOT_A_NUMBER}"


def condition_of(comparison: "Comparison", number_of_key: NumberOfKey) -> Sql:
    """Return the condition that a comparison is true of a run; never of one of another kind."""
    key, sign = comparison.key, _SIGNS[comparison.operator]
    literal = kept(comparison.literal) or (OTHER, 0)
    if not key.group:
        is_text = literal[0] == TEXT
        return Sql(f"{attribute_of(key)} {sign} ?", (literal[1],)) if is_text else NEVER
    number = number_of_key(key)
    if number is None:
        return NEVER
    inner = _holds(key, sign, literal)
    among = f"SELECT t.n FROM {table_of(key)} AS t WHERE t.k = ? AND {inner.text}"
    return Sql(f"r.n IN ({among})", (number, *inner.values))


def _holds(key: "Key", sign: str, literal: Kept) -> Sql:
    """Return the condition on the value `t` of a key; NaN differs from every number."""
    kind, value = literal
    column = column_of(key)
    if column != "value":
        same, compared = ("1" if kind == NUMBER else "0"), Sql(f"t.{column} {sign} ?", (value,))
    else:
        same, compared = f"t.kind = {kind}", Sql(f"t.value {sign} ?", (value,))
    plain = Sql(f"{same} AND {compared.text}", compared.values)
    if kind != NUMBER or sign != "<>":
        return plain
    return Sql(f"({plain.text} OR {is_nan(key)})", plain.values)
