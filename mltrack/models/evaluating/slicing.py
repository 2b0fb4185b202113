"""Rows in slices: those with the same values in a column, or in several at once. Pure."""

import hashlib
from collections.abc import Mapping, Sequence
from itertools import pairwise
from typing import Any, NamedTuple

import numpy as np

from mltrack.models.evaluating.cells import Kind, array_of, blank, kind_of, numbers_in, shown
from mltrack.models.evaluating.entities import MISSING, Slice
from mltrack.models.signature.columns import Values

MOST_SLICES = 50
MOST_NUMBERS = 10
"""A column of more different numbers is cut into four parts of about as many rows each."""
PREFIX = "slice"
_LONGEST_KEY = 150
_QUARTILES = (0.25, 0.5, 0.75)
_PARTING = "%/=,()`"


class _Groups(NamedTuple):
    """For each row the place of its value among the texts; None stands for no value."""

    places: Any
    texts: list[str | None]


def slices_of(
    columns: Mapping[str, Any], by: Sequence[tuple[str, ...]]
) -> tuple[list[Slice], list[str]]:
    """Return the slices of rows, and what the user should know of them.

    Args:
        columns: the values of each column, one a row.
        by: the columns of each way to cut; several columns cut by all of them at once.
    """
    groups = {name: _groups_of(array_of(columns[name])) for name in dict.fromkeys(sum(by, ()))}
    slices: list[Slice] = []
    notes: list[str] = []
    for names in dict.fromkeys(by):
        found = _cut(names, [groups[name] for name in names])
        kept = _largest(found)
        slices += kept
        if len(kept) < len(found):
            rows, every = (sum(len(one.rows) for one in some) for some in (kept, found))
            notes.append(
                f"{' and '.join(names)}: {len(found)} slices, of which the {len(kept)} largest "
                f"are shown: {rows} of {every} rows"
            )
    return slices, notes


def _cut(names: tuple[str, ...], groups: Sequence[_Groups]) -> list[Slice]:
    """Return all slices, in the order of their values."""
    codes = np.column_stack([group.places for group in groups])
    different, places = np.unique(codes, axis=0, return_inverse=True)
    order = np.argsort(places.reshape(-1), kind="stable")
    ends = np.cumsum(np.bincount(places.reshape(-1), minlength=len(different)))
    parts = np.split(order, ends[:-1])
    return [
        Slice(by=names, values=tuple(map(_text, groups, row)), rows=rows)
        for row, rows in zip(different, parts, strict=True)
    ]


def _text(group: _Groups, place: int) -> str | None:
    return group.texts[place]


def _largest(slices: Sequence[Slice]) -> list[Slice]:
    """Return the largest of slices, in the order in which they stood."""
    ranked = sorted(range(len(slices)), key=lambda place: -len(slices[place].rows))
    return [slices[place] for place in sorted(ranked[:MOST_SLICES])]


def _groups_of(values: Values) -> _Groups:
    gone = blank(values)
    present = values[~gone]
    numbers = _numbers_of(present)
    if numbers is not None and len(np.unique(numbers)) > MOST_NUMBERS:
        inner = _quarters(numbers)
    else:
        inner = _each(present if numbers is None else numbers)
    places = np.full(len(values), len(inner.texts))
    places[~gone] = inner.places
    return _Groups(places, [*inner.texts, None])


def _numbers_of(present: Values) -> Values:
    """Return finite numbers, also those that texts spell; None where there is anything else."""
    if not len(present):
        return None
    kind = kind_of(present)
    found = numbers_in(list(present)) if kind is Kind.TEXTS else present
    if found is None or kind_of(found) not in {Kind.WHOLE, Kind.NUMBERS}:
        return None
    return found if np.isfinite(found.astype(np.float64)).all() else None


def _each(present: Values) -> _Groups:
    """Return a group for each value."""
    if present.dtype.kind in "biuf":
        different, places = np.unique(present, return_inverse=True)
        return _Groups(places.reshape(-1), [shown(value) for value in different])
    texts = [shown(value) for value in present]
    ranks = {text: place for place, text in enumerate(sorted(set(texts)))}
    return _Groups(np.array([ranks[text] for text in texts], dtype=np.int64), list(ranks))


def _quarters(numbers: Values) -> _Groups:
    """Return groups between the quartiles: from one, up to but without the next."""
    numbers = numbers.astype(np.float64)
    inner = np.unique(np.quantile(numbers, _QUARTILES))
    inner = inner[(inner > numbers.min()) & (inner <= numbers.max())]
    edges = [numbers.min(), *inner, numbers.max()]
    texts = _edge_texts(edges)
    return _Groups(
        np.searchsorted(inner, numbers, side="right"),
        [f"{low}..{high}" for low, high in pairwise(texts)],
    )


def _edge_texts(edges: Sequence[float]) -> list[str]:
    short = [f"{edge:.5g}" for edge in edges]
    return short if len(set(short)) == len(edges) else [repr(float(edge)) for edge in edges]


def key_of(part: Slice) -> str:
    """Return a slice in the name of a metric: `slice/region=north`, `slice/region=north,plan=a`.

    What could be taken for a sign of the key is written as % and two hex digits of its UTF-8 bytes,
    as in an address; what stands for no value is `(missing)`. A key of more than 150 characters is
    cut, and ends in `~` and eight hex digits of the sha256 of the whole one.
    """
    pairs = zip(part.by, part.values, strict=True)
    whole = ",".join(f"{_quoted(name)}={_value(value)}" for name, value in pairs)
    key = f"{PREFIX}/{whole}"
    if len(key) <= _LONGEST_KEY:
        return key
    sign = hashlib.sha256(key.encode("utf-8", "surrogatepass")).hexdigest()[:8]
    return f"{key[: _LONGEST_KEY - 9]}~{sign}"


def _value(value: str | None) -> str:
    return MISSING if value is None else _quoted(value)


def _quoted(text: str) -> str:
    return "".join(_as_bytes(c) if c in _PARTING or not c.isprintable() else c for c in text)


def _as_bytes(character: str) -> str:
    data = character.encode("utf-8", "surrogatepass")
    return "".join(f"%{byte:02X}" for byte in data)
