"""Filters as SQL: pure, and with the meaning that `query` gives them."""

from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING, NamedTuple

from mltrack.tracking.catalog.rows import Kept, kept
from mltrack.tracking.catalog.schema import NOT_A_NUMBER, NUMBER, OTHER, TEXT, TRUTH

if TYPE_CHECKING:
    from mltrack.query.keys import Key
    from mltrack.query.tree import Comparison, Filter

_SIGNS = {"=": "=", "==": "=", "!=": "<>", "<": "<", "<=": "<=", ">": ">", ">=": ">="}
_PAIR = 2
_EXTREMES = {"min": "low", "max": "high"}

NumberOfKey = Callable[["Key"], int | None]
"""Gives the number by which the tables know a key; None where no run has ever had it."""


class Sql(NamedTuple):
    """A condition on the run `r`, and the values of its question marks."""

    text: str
    values: tuple[object, ...] = ()


NEVER, ALWAYS = Sql("0"), Sql("1")


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


def sorted_by(key: "Key", *, descending: bool) -> str:
    """Return the order of the values `t` of a key: numbers, then texts, then NaN."""
    rank = (
        f"CASE WHEN {is_number(key)} THEN 0 WHEN {is_nan(key)} THEN 2"
        f" WHEN t.kind = {TEXT} THEN 1 ELSE 3 END"
    )
    return f"{rank}, t.{column_of(key)} {_way(descending=descending)}, r.place DESC"


def sorted_by_attribute(key: "Key", *, descending: bool) -> str:
    """Return the order of the values of an attribute, missing ones last."""
    column = attribute_of(key)
    return f"{column} IS NULL, {column} {_way(descending=descending)}, r.place DESC"


def _way(*, descending: bool) -> str:
    return "DESC" if descending else "ASC"


def condition_of(found: "Filter", number_of_key: NumberOfKey) -> Sql:
    """Return the condition that a filter holds for a run: always 1 or 0, never NULL."""
    from mltrack.query.tree import All, Either, Not

    match found:
        case Not(inner):
            condition = condition_of(inner, number_of_key)
            return Sql(f"NOT {condition.text}", condition.values)
        case All(parts):
            return _joined("AND", [condition_of(part, number_of_key) for part in parts], ALWAYS)
        case Either(parts):
            return _joined("OR", [condition_of(part, number_of_key) for part in parts], NEVER)
    return _compared(found, number_of_key)


def _joined(word: str, parts: list[Sql], none: Sql) -> Sql:
    """Return several conditions as one: in halves, for SQLite nests no more than a thousand."""
    if not parts:
        return none
    if len(parts) > _PAIR:
        half = len(parts) // 2
        parts = [_joined(word, some, none) for some in (parts[:half], parts[half:])]
    text = f" {word} ".join(part.text for part in parts)
    return Sql(f"({text})", tuple(value for part in parts for value in part.values))


def _compared(comparison: "Comparison", number_of_key: NumberOfKey) -> Sql:
    """Return the condition that a comparison is true of a run; never of one of another kind."""
    key = comparison.key
    if not key.group:
        return _of_attribute(comparison)
    if key.group == "datasets":
        return _of_datasets(comparison)
    number = number_of_key(key)
    if number is None:
        return ALWAYS if comparison.operator == "is null" else NEVER
    if comparison.operator == "is null":
        return Sql(f"r.n NOT IN (SELECT t.n FROM {table_of(key)} AS t WHERE t.k = ?)", (number,))
    inner = _held(comparison)
    among = f"SELECT t.n FROM {table_of(key)} AS t WHERE t.k = ? AND {inner.text}"
    return Sql(f"r.n IN ({among})", (number, *inner.values))


def _of_attribute(comparison: "Comparison") -> Sql:
    column = attribute_of(comparison.key)
    if comparison.operator == "is null":
        return Sql(f"({column} IS NULL)")
    if comparison.operator == "is true":
        return Sql(f"(coalesce({column}, '') <> '')")
    found = _of_text(column, comparison)
    return Sql(f"coalesce({found.text}, 0)", found.values)


def _of_datasets(comparison: "Comparison") -> Sql:
    """Return the condition on any of a run's inputs: its name, its digest, its context."""
    is_name = comparison.key.name == "name"
    inner = _of_text("dataset_of(key.name)" if is_name else "t.value", comparison)
    if comparison.operator in {"is null", "is true"}:
        inner = ALWAYS
    fact = "digest" if is_name else comparison.key.name
    negation = "NOT " if comparison.operator == "is null" else ""
    text = (
        f"{negation}r.n IN (SELECT t.n FROM key CROSS JOIN value AS t ON t.k = key.k"
        f" WHERE key.section = 'inputs' AND key.name LIKE ? AND {inner.text})"
    )
    return Sql(text, (f"%.{fact}", *inner.values))


def _of_text(column: str, comparison: "Comparison") -> Sql:
    """Return the condition on a column of texts; of a value that is no text it never holds."""
    texts = [literal for literal in comparison.literals if isinstance(literal, str)]
    if not texts:
        return NEVER
    if comparison.operator in {"in", "not in"}:
        return Sql(
            f"{column} {comparison.operator.upper()} ({','.join('?' * len(texts))})", tuple(texts)
        )
    if comparison.operator in _SIGNS:
        return Sql(f"{column} {_SIGNS[comparison.operator]} ?", (texts[0],))
    return Sql(f"{comparison.operator}_text(?, {column})", (texts[0],))


def _held(comparison: "Comparison") -> Sql:
    """Return the condition on the value `t` of a key."""
    key, operator = comparison.key, comparison.operator
    if operator == "is true":
        return _truth(key)
    if operator == "in":
        return _joined("OR", [_holds(key, "=", one) for one in comparison.literals], NEVER)
    if operator in _SIGNS:
        return _holds(key, _SIGNS[operator], comparison.literals[0])
    if table_of(key) != "value":
        return NEVER
    return Sql(f"{operator}_text(?, as_text(t.kind, t.value))", comparison.literals)


def _truth(key: "Key") -> Sql:
    """Return the condition that a value stands for yes: it is not 0, false, empty or `false`."""
    if column_of(key) != "value":
        return Sql(f"(t.{column_of(key)} IS NULL OR t.{column_of(key)} <> 0)")
    is_said = f"WHEN {TEXT} THEN t.value NOT IN ('', 'false', 'False')"
    is_nonzero = " ".join(f"WHEN {kind} THEN t.value <> 0" for kind in (NUMBER, TRUTH))
    return Sql(f"CASE t.kind {is_said} {is_nonzero} ELSE 1 END")


def _holds(key: "Key", sign: str, value: object) -> Sql:
    """Return the condition on the value `t` of a key; NaN differs from every number."""
    literal = kept(value) or (OTHER, 0)
    if literal[0] != TEXT or sign not in {"=", "<>"} or table_of(key) != "value":
        return _of_kind(key, sign, literal)
    same = _joined("OR", list(_logged_as(str(value))), NEVER)
    return same if sign == "=" else Sql(f"(t.kind <> {OTHER} AND NOT {same.text})", same.values)


def _logged_as(text: str) -> Iterator[Sql]:
    """Yield a condition for each kind of value that was logged as this text, as an index has it."""
    yield Sql(f"t.kind = {TEXT} AND t.value = ?", (text,))
    if text in {"True", "False"}:
        yield Sql(f"t.kind = {TRUTH} AND t.value = ?", (int(text == "True"),))
    for number in filter(None, (_written_as(text, int), _written_as(text, float))):
        column = "integer" if isinstance(number[1], int) else "real"
        typed = f"t.kind = {number[0]} AND t.value = ? AND typeof(t.value) = '{column}'"
        yield Sql(typed, (number[1],))


def _written_as(text: str, of: type[int] | type[float]) -> Kept | None:
    """Return how the number is kept that Python writes as this text; None where there is none."""
    try:
        number = of(text)
        return kept(number) if str(number) == text else None
    except ValueError:
        return None


def _of_kind(key: "Key", sign: str, literal: Kept) -> Sql:
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
