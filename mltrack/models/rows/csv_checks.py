"""Where a library may have read cells of CSV in another way than the exact reader would."""

from collections.abc import Callable
from typing import Any

import numpy as np

from mltrack.models.canonical import canonical
from mltrack.models.entities import Column, ColumnType
from mltrack.models.rows import numbers
from mltrack.models.rows.values import FLOATS, INTEGERS
from mltrack.models.signature.columns import Values

Fast = Callable[[bytes], tuple[list[Values], list[Any]] | None]
"""Returns the model's columns of a block and those that are copied; None where it cannot tell."""
_FIRST_DAY = np.datetime64("0001-01-01")


def checked(column: Column, array: Values, data: bytes, empty: int | None) -> Values | None:
    """Return what was read of a column as the model takes it; None where the exact reader must.

    Args:
        column: the column.
        array: what the library read.
        data: the block.
        empty: how many cells are empty; None where that cannot be told from NaN.
    """
    if column.type in INTEGERS | FLOATS:
        return _number(column, array, data, empty)
    if column.type is ColumnType.DATETIME:
        return None if (array < _FIRST_DAY).any() else array
    return (
        array
        if column.type is ColumnType.STR
        else canonical(array, column.type.value, nullable=column.nullable)
    )


def _number(column: Column, array: Values, data: bytes, empty: int | None) -> Values | None:
    missing = np.isnan(array) if array.dtype.kind == "f" else np.zeros(len(array), dtype=bool)
    count = int(np.count_nonzero(missing))
    if count and not column.nullable:
        return None
    if empty is not None and count != empty:
        return None
    if column.type in INTEGERS and empty is None and count and b"nan" in data.lower():
        return None
    if numbers.misfits(column, array, missing).any():
        return None
    return numbers.fitted(column, array, missing)
