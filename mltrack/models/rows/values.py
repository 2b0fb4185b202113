"""Read single values strictly: a number is a number, a text that looks like one is none."""

import base64
import datetime
import math
from collections.abc import Callable
from typing import Any

import numpy as np

from mltrack.models.entities import Column, ColumnType
from mltrack.models.rows.typed import Reader
from mltrack.store.journal import decode_number

INTEGERS = frozenset(kind for kind in ColumnType if "int" in kind)
FLOATS = frozenset(kind for kind in ColumnType if "float" in kind)
WHOLE_BELOW = 2.0**53
"""Below this, each whole number is a float64 of its own."""


def reader_of(column: Column) -> Reader:
    """Return what reads the values of a column as JSON has them; None and NaN are missing."""
    if column.shape:
        return _nested(column)
    return _scalar(column)


def _scalar(column: Column) -> Reader:
    kind = column.type
    if kind in INTEGERS:
        return _integer(column)
    if kind in FLOATS:
        return _float(kind)
    return _READERS[kind]


def _integer(column: Column) -> Reader:
    check = in_range(column)

    def read(value: object) -> int | None:
        if type(value) is int:
            return check(value)
        if value is None:
            return None
        if column.nullable and isinstance(value, float):
            return None if math.isnan(value) else check(whole(value))
        raise ValueError(value)

    return read


def whole(value: float) -> int:
    """Return a whole number that is written as a float.

    Raises:
        ValueError: it has a fraction, or is so large that its neighbours look the same.
    """
    if not value.is_integer() or abs(value) >= WHOLE_BELOW:
        raise ValueError(value)
    return int(value)


def in_range(column: Column) -> Callable[[int], int]:
    """Return what lets integers that a column holds through, and raises ValueError for others."""
    low, high = limits(column)

    def check(value: int) -> int:
        if not low <= value <= high:
            raise ValueError(value)
        return value

    return check


def limits(column: Column) -> tuple[int, int]:
    """Return the least and the largest integer of a column.

    Where some may be missing they become floats, which hold no larger ones exactly.
    """
    found = np.iinfo(column.type.value)
    low, high = int(found.min), int(found.max)
    exact = int(WHOLE_BELOW)
    return (max(low, -exact), min(high, exact)) if column.nullable else (low, high)


def _float(kind: ColumnType) -> Reader:
    check = finite_in(kind)

    def read(value: object) -> float | None:
        if type(value) is float or type(value) is int:
            number = check(as_float(value))
        elif value is None:
            return None
        elif isinstance(value, str) and (named := decode_number(value)) is not None:
            number = named
        else:
            raise ValueError(value)
        return None if math.isnan(number) else number

    return read


def as_float(value: float) -> float:
    """Return a number as a float.

    Raises:
        ValueError: it is larger than any.
    """
    try:
        return float(value)
    except OverflowError:
        raise ValueError(value) from None


def finite_in(kind: ColumnType) -> Callable[[float], float]:
    """Return what lets numbers through that do not become infinite in a smaller type."""
    if kind is ColumnType.FLOAT64:
        return float
    shorter = np.dtype(kind.value).type

    def check(value: float) -> float:
        with np.errstate(over="ignore"):
            if np.isinf(shorter(value)) and not math.isinf(value):
                raise ValueError(value)
        return value

    return check


def _bool(value: object) -> bool | None:
    if value is None or isinstance(value, bool):
        return value
    raise ValueError(value)


def _text(value: object) -> str | None:
    if value is None:
        return None
    if not isinstance(value, str):
        raise ValueError(value)  # noqa: TRY004 - each reader raises the one error
    value.encode()  # half a surrogate pair is no text
    return value


def _datetime(value: object) -> datetime.datetime | None:
    return None if value is None else moment(str(_text(value)))


def moment(text: str) -> datetime.datetime:
    """Return a time of ISO 8601; one with an offset becomes UTC, as numpy has no zones.

    Raises:
        ValueError: it is no such time.
    """
    found = datetime.datetime.fromisoformat(text)
    try:
        return found.astimezone(datetime.UTC).replace(tzinfo=None) if found.tzinfo else found
    except OverflowError:  # in the first or the last hours that there are
        raise ValueError(text) from None


def _bytes(value: object) -> bytes | None:
    return None if value is None else base64.b64decode(str(_text(value)), validate=True)


def _any(value: object) -> object:
    return value


_READERS: dict[ColumnType, Reader] = {
    ColumnType.BOOL: _bool,
    ColumnType.STR: _text,
    ColumnType.DATETIME: _datetime,
    ColumnType.BYTES: _bytes,
    ColumnType.ANY: _any,
}


def _nested(column: Column) -> Reader:
    inner = _scalar(column)

    def read(value: object) -> object:
        return None if value is None else _level(value, column.shape, column, inner)

    return read


def _level(value: Any, shape: tuple[int, ...], column: Column, inner: Reader) -> object:  # noqa: ANN401
    if not shape:
        found = inner(value)
        if found is None and not column.nullable:
            raise ValueError(value)
        return found
    if not isinstance(value, list) or shape[0] not in {-1, len(value)}:
        raise ValueError(value)
    return [_level(each, shape[1:], column, inner) for each in value]
