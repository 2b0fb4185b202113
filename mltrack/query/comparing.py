"""Lay runs side by side and keep what differs."""

from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

from mltrack.query.keys import Row, number_of
from mltrack.store.journal import jsonable

_GROUPS = ("run", "params", "metrics", "tags", "inputs", "code", "environment")
_ATTRIBUTES = ("name", "experiment", "status", "user", "host")


class Difference(NamedTuple):
    """One key and its value in each run, in the order of the runs.

    Attributes:
        group: run, params, metrics, tags, inputs, code or environment.
        values: None where a run does not have the key.
        deltas: what each run's metric has more than the first run's; None where there is no number.
    """

    group: str
    key: str
    values: tuple[Any, ...]
    deltas: tuple[float | None, ...] = ()

    @property
    def differs(self) -> bool:
        """Tell whether the runs are not all the same here."""
        return any(repr(value) != repr(self.values[0]) for value in self.values)

    def to_json(self) -> dict[str, Any]:
        """Return it ready for JSON; a metric also has its deltas."""
        document = {"group": self.group, "key": self.key, "values": jsonable(list(self.values))}
        return {**document, "deltas": jsonable(list(self.deltas))} if self.deltas else document


def compared(rows: Sequence[Row], *, everything: bool = False) -> list[Difference]:
    """Return what differs between runs, or all that they have, group by group."""
    lines = [line for group in _GROUPS for line in _group(rows, group)]
    return [line for line in lines if everything or line.differs]


def _group(rows: Sequence[Row], group: str) -> list[Difference]:
    flat = [_values(row, group) for row in rows]
    keys = dict.fromkeys(key for values in flat for key in values)
    ordered = list(keys) if group == "run" else sorted(keys)
    return [_line(group, key, tuple(values.get(key) for values in flat)) for key in ordered]


def _values(row: Row, group: str) -> dict[str, Any]:
    if group == "run":
        return {key: row.get(key) for key in _ATTRIBUTES}
    values = row.get(group) or {}
    if group == "metrics":
        return {key: number_of(value) for key, value in values.items()}
    return _flat(values)


def _flat(values: Mapping[str, Any]) -> dict[str, Any]:
    """Return values with what lies in a dict in it as `outer.inner`."""
    flat: dict[str, Any] = {}
    for key, value in values.items():
        if isinstance(value, Mapping):
            flat |= {f"{key}.{inner}": item for inner, item in _flat(value).items()}
        else:
            flat[key] = value
    return flat


def _line(group: str, key: str, values: tuple[Any, ...]) -> Difference:
    deltas = tuple(_delta(values[0], value) for value in values) if group == "metrics" else ()
    return Difference(group=group, key=key, values=values, deltas=deltas)


def _delta(base: float | None, value: float | None) -> float | None:
    return None if base is None or value is None else value - base
