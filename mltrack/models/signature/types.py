"""What the values of a column are."""

import datetime
from collections.abc import Iterable

import numpy as np

from mltrack.models.entities import ColumnType
from mltrack.models.plain import Plain, is_list, object_array, plain_of

_NUMBERS = "iuf"
_MAX_DEPTH = 8
"""No model takes deeper lists, and what holds itself is infinitely deep."""


def type_of(values: object) -> ColumnType | None:
    """Return what all values that are not missing are; None for no value or several types."""
    plain = plain_of(values)
    if plain.array.dtype == object:
        return _common(plain)
    return _named(plain.array.dtype)


def _named(dtype: "np.dtype[np.generic]") -> ColumnType | None:
    """Return the column type for an array's; None for one that no column has."""
    if dtype.kind == "M":
        return ColumnType.DATETIME
    return ColumnType(dtype.name) if dtype.name in set(ColumnType) else None


def _common(plain: Plain) -> ColumnType | None:
    found = {type_of_value(kind) for kind in plain.kinds}
    if len(found) == 1:
        only = found.pop()
        return _large(plain) if only is ColumnType.INT64 and int in plain.kinds else only
    if not found or None in found:
        return None
    dtypes = [np.dtype(str(kind)) for kind in found if kind not in _WITHOUT_DTYPE]
    if len(dtypes) != len(found) or any(dtype.kind not in _NUMBERS for dtype in dtypes):
        return None
    return _named(np.result_type(*dtypes))


_WITHOUT_DTYPE = {ColumnType.STR, ColumnType.BYTES, ColumnType.DATETIME}


def _large(plain: Plain) -> ColumnType | None:
    """Return which type holds integers of Python; None when there is none."""
    low, high = min(plain.present()), max(plain.present())
    for kind in (ColumnType.INT64, ColumnType.UINT64):
        if np.iinfo(kind).min <= low and high <= np.iinfo(kind).max:
            return kind
    return None


def type_of_value(kind: type) -> ColumnType | None:
    """Return the type of a column for the type of one of its values; None when there is none."""
    if issubclass(kind, np.generic) and not issubclass(kind, np.str_ | np.bytes_):
        return _named(np.dtype(kind)) if kind is not np.datetime64 else ColumnType.DATETIME
    for python, found in _PYTHON:
        if issubclass(kind, python):
            return found
    return None


_PYTHON: Iterable[tuple[type, ColumnType]] = (
    (bool, ColumnType.BOOL),
    (int, ColumnType.INT64),
    (float, ColumnType.FLOAT64),
    (str, ColumnType.STR),
    (bytes, ColumnType.BYTES),
    (bytearray, ColumnType.BYTES),
    (datetime.date, ColumnType.DATETIME),
)


def innermost(values: object) -> tuple[Plain, int]:
    """Return what stands in lists within lists, and how deep they are; plain values are 0 deep.

    What holds lists beside other values is as deep as its lists, and holds values of no one type.
    """
    if getattr(values, "ndim", 1) > 1:
        values = list(values)  # type: ignore[call-overload]  # an array
    plain, depth = plain_of(values), 0
    while depth < _MAX_DEPTH and any(_is_of_lists(kind) for kind in plain.kinds):
        present = plain.present()
        if not all(map(is_list, present)):
            break
        plain, depth = (
            plain_of(object_array([inner for outer in present for inner in outer])),
            depth + 1,
        )
    return plain, depth


def _is_of_lists(kind: type) -> bool:
    return issubclass(kind, list | tuple | np.ndarray)
