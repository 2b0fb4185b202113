"""Hold what a package predicts in a process of its own against what the model itself predicts."""

import copy
from collections.abc import Mapping
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np

from mltrack.models import shaping
from mltrack.models.answer import Answer
from mltrack.models.flavors import Flavor
from mltrack.models.signature.columns import Table, rows_of

TOLERANCE = 1e-5
COPIED_UP_TO_BYTES = 256 * 1024 * 1024
_PLAIN = "biufcMm"


class Difference(NamedTuple):
    """A row in which two answers differ.

    Attributes:
        method: what was asked for.
        row: the row.
        ours: what the model itself gives.
        theirs: what the package gives.
        is_small: whether only rounding differs, here and everywhere.
    """

    method: str
    row: int
    ours: Any
    theirs: Any
    is_small: bool


def model_to_ask(model: object, folder: Path) -> Any:  # noqa: ANN401 - the framework's
    """Return a copy of a model: predicting changes some, such as a tree that counts its visits.

    One that is large, or that cannot be copied, is returned as it is.
    """
    size = sum(path.stat().st_size for path in (folder / "data").rglob("*") if path.is_file())
    if size >= COPIED_UP_TO_BYTES:
        return model
    try:
        return copy.deepcopy(model)
    except Exception:  # noqa: BLE001 - whatever a framework raises, it cannot be copied
        return model


def answer_of(model: Any, flavor: Flavor, table: Table, method: str) -> Answer:  # noqa: ANN401
    """Return what a model of this process gives."""
    names, arrays = shaping.answer_of(flavor.predict(model, rows_of(table), method))
    return Answer(None if names is None else tuple(names), tuple(arrays))


def difference(ours: Mapping[str, Answer], theirs: Mapping[str, Answer]) -> Difference | str | None:
    """Return where answers differ most; a text where they are of another kind; None nowhere."""
    small: Difference | None = None
    for method, mine in ours.items():
        other = theirs[method]
        pairs = list(zip(mine.arrays, other.arrays, strict=False))
        alike = mine.names == other.names and len(mine.arrays) == len(other.arrays)
        if not alike or not all(_are_alike(one, two) for one, two in pairs):
            return f"{method} gives {_shape(other)}, and the model itself {_shape(mine)}"
        for one, two in pairs:
            found = _between(method, one, two)
            if found and not found.is_small:
                return found
            small = small or found
    return small


def _between(method: str, one: Any, two: Any) -> Difference | None:  # noqa: ANN401 - arrays
    """Return the first row in which arrays differ by more than rounding, else at all."""
    wrong = ~_same(one, two)
    if not wrong.any():
        return None
    beyond = wrong & ~_close(one, two)
    row = _first(beyond if beyond.any() else wrong)
    return Difference(method, row, one[row], two[row], not beyond.any())


def _shape(answer: Answer) -> str:
    columns = f" with columns {', '.join(answer.names)}" if answer.names else ""
    return " and ".join(f"{one.dtype} of {one.shape}" for one in answer.arrays) + columns


def _are_alike(one: Any, two: Any) -> bool:  # noqa: ANN401 - arrays
    """Tell whether two arrays are of one shape and type; texts travel as objects."""
    same = one.dtype == two.dtype or not {one.dtype.kind, two.dtype.kind} & set(_PLAIN)
    return same and one.shape == two.shape


def _same(one: Any, two: Any) -> Any:  # noqa: ANN401 - arrays
    """Return where two arrays are equal; NaN equals NaN."""
    if one.dtype.kind in "fcMm":
        return (one == two) | (np.isnan(one) & np.isnan(two))
    if one.dtype.kind in _PLAIN:
        return one == two
    pairs = zip(one.flat, two.flat, strict=True)
    return np.array([_equal(a, b) for a, b in pairs], dtype=bool).reshape(one.shape)


def _close(one: Any, two: Any) -> Any:  # noqa: ANN401 - arrays
    """Return where two arrays differ by no more than rounding."""
    if one.dtype.kind in "fc":
        return np.isclose(one, two, rtol=TOLERANCE, atol=0, equal_nan=True)
    return np.zeros(one.shape, dtype=bool)


def _first(wrong: Any) -> int:  # noqa: ANN401 - an array
    return int(np.flatnonzero(wrong.reshape(len(wrong), -1).any(axis=1))[0])


def _equal(one: Any, two: Any) -> bool:  # noqa: ANN401 - a value that a model gave
    if _is_missing(one) or _is_missing(two):
        return _is_missing(one) and _is_missing(two)
    if isinstance(one, np.ndarray | list | tuple):
        return bool(np.array_equal(np.asarray(one), np.asarray(two)))
    return bool(one == two) or str(one) == str(two)


def _is_missing(value: Any) -> bool:  # noqa: ANN401 - a value that a model gave
    name = type(value).__name__
    return value is None or name in {"NAType", "NaTType"} or (name == "float" and value != value)  # noqa: PLR0124
