"""Lay runs side by side and keep what differs."""

from collections.abc import Mapping, Sequence
from math import isnan
from typing import Any, NamedTuple

from mltrack.query.directions import Better, better_by_name
from mltrack.query.keys import Row, alike, number_of
from mltrack.store.journal import jsonable

_GROUPS = ("run", "params", "metrics", "tags", "inputs", "code", "environment", "packages")
_ATTRIBUTES = ("name", "experiment", "status", "user", "host")
_SELDOM_THE_SAME = "packages"
"""What is only shown where it differs, however much is asked for: it is long."""


class Difference(NamedTuple):
    """One key and its value in each run, in the order of the runs.

    Attributes:
        group: run, params, metrics, tags, inputs, code, environment or packages.
        values: None where a run does not have the key.
        deltas: what each run's metric has more than the first run's; None where there is no number.
        better: which values of a metric are better.
    """

    group: str
    key: str
    values: tuple[Any, ...]
    deltas: tuple[float | None, ...] = ()
    better: Better = Better.NEITHER

    @property
    def differs(self) -> bool:
        """Tell whether the runs are not all the same here."""
        return not all(alike(value, self.values[0]) for value in self.values)

    def tells(self, texts: Sequence[str]) -> bool:
        """Tell whether some texts for the values are different wherever the values are."""
        first: dict[str, Any] = {}
        pairs = zip(texts, self.values, strict=True)
        return all(alike(first.setdefault(text, value), value) for text, value in pairs)

    @property
    def best(self) -> tuple[int, ...]:
        """Return the places of the best values; none where it is not known what is better."""
        if self.better is Better.NEITHER or not self.differs:
            return ()
        numbers = [v for v in self.values if isinstance(v, int | float) and not isnan(v)]
        if len(numbers) <= 1:
            return ()
        best = max(numbers) if self.better is Better.HIGHER else min(numbers)
        return tuple(place for place, value in enumerate(self.values) if value == best)

    def is_better(self, place: int) -> bool | None:
        """Tell whether the value of a run is better than the first's; None: nobody knows."""
        delta = self.deltas[place] if self.deltas else None
        if delta is None or self.better is Better.NEITHER or isnan(delta) or delta == 0:
            return None
        return (delta > 0) == (self.better is Better.HIGHER)

    def to_json(self) -> dict[str, Any]:
        """Return it ready for JSON; a metric also has its deltas, and what is better."""
        document = {"group": self.group, "key": self.key, "values": jsonable(list(self.values))}
        if not self.deltas:
            return document
        told = {"better": self.better, "best": list(self.best)}
        return {**document, "deltas": jsonable(list(self.deltas)), **told}


def compared(rows: Sequence[Row], *, everything: bool = False) -> list[Difference]:
    """Return what differs between runs, or all that they have, group by group."""
    lines = [line for group in _GROUPS for line in _group(rows, group)]
    return [
        line for line in lines if line.differs or (everything and line.group != _SELDOM_THE_SAME)
    ]


def _group(rows: Sequence[Row], group: str) -> list[Difference]:
    flat = [_values(row, group) for row in rows]
    keys = dict.fromkeys(key for values in flat for key in values)
    ordered = list(keys) if group == "run" else sorted(keys)
    return [_line(group, key, tuple(values.get(key) for values in flat)) for key in ordered]


def _values(row: Row, group: str) -> dict[str, Any]:
    if group == "run":
        return {key: row.get(key) for key in _ATTRIBUTES}
    if group == "packages":
        return dict(_package(line) for line in row.get("packages") or ())
    values = row.get(group) or {}
    if group == "metrics":
        return {key: number_of(value) for key, value in values.items()}
    return _flat(values)


def _package(line: str) -> tuple[str, str]:
    """Return the name of a package and the rest of its line, such as its version."""
    text = line.split(" --hash", 1)[0].strip()
    for sign in ("==", " @ "):
        name, found, version = text.partition(sign)
        if found:
            return name.strip(), version.strip()
    return text, "there"


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
    if group != "metrics":
        return Difference(group=group, key=key, values=values)
    deltas = tuple(_delta(values[0], value) for value in values)
    return Difference(group, key, values, deltas, better_by_name(key))


def _delta(base: float | None, value: float | None) -> float | None:
    return None if base is None or value is None else value - base
