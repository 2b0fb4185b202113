"""Read cells of text, as a CSV file has them, exactly as the type of their column says."""

import json
from collections.abc import Callable

from mltrack.models.entities import Column, ColumnType
from mltrack.models.rows import values
from mltrack.models.rows.typed import Reader

_BOOLS = {"true": True, "false": False}


def reader_of(column: Column) -> Reader:
    """Return what reads the cells of a column; an empty cell is missing, and so is NaN."""
    read = _full(column)

    def cell(text: str) -> object:
        return read(text) if text else None

    return cell


def _full(column: Column) -> Callable[[str], object]:
    kind = column.type
    if column.shape:
        return _nested(column)
    if kind in values.INTEGERS:
        check = values.in_range(column)
        return lambda text: check(_integer(text))
    if kind in values.FLOATS:
        return _float(kind)
    if kind is ColumnType.BYTES:
        return values.reader_of(column)
    return _READERS[kind]


def _number(text: str) -> float:
    if "_" in text:
        raise ValueError(text)
    return float(text)


def _float(kind: ColumnType) -> Reader:
    check = values.finite_in(kind)

    def read(text: str) -> float | None:
        number = check(_number(text))
        return number if number == number else None  # noqa: PLR0124 - NaN alone is not itself

    return read


def _integer(text: str) -> int:
    """Read an integer, also as 5.0: so pandas writes a column with missing ones."""
    number = _number(text)
    digits = text.strip().lstrip("+-").isdigit()
    return int(text) if digits else values.whole(number)


def _bool(text: str) -> bool:
    try:
        return _BOOLS[text.strip().lower()]
    except KeyError:
        raise ValueError(text) from None


def _nested(column: Column) -> Callable[[str], object]:
    read = values.reader_of(column)

    def nested(text: str) -> object:
        try:
            return read(json.loads(text))
        except RecursionError:
            raise ValueError(text) from None

    return nested


_READERS: dict[ColumnType, Callable[[str], object]] = {
    ColumnType.BOOL: _bool,
    ColumnType.STR: str,
    ColumnType.DATETIME: lambda text: values.moment(text.strip()),
}
