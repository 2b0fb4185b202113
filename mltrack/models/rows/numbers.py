"""Fit whole arrays of numbers to the type of a column."""

from typing import Any

import numpy as np

from mltrack.models.entities import Column
from mltrack.models.rows.values import FLOATS, WHOLE_BELOW, limits
from mltrack.models.signature.columns import Values


def misfits(column: Column, array: Values, gone: Values) -> Values:
    """Return where numbers are none that the column can take, as an array of bools.

    Args:
        column: of integers or floats.
        array: integers or floats of any width.
        gone: where a value is missing.
    """
    if array.dtype == column.type.value and not (column.nullable and array.dtype.kind in "iu"):
        return np.zeros(len(array), dtype=bool)
    if column.type in FLOATS:
        return ~gone & _beyond(column, array)
    low, high = limits(column)
    odd = (array < low) | (array > high)
    if array.dtype.kind == "f":
        with np.errstate(invalid="ignore"):
            odd |= (np.mod(array, 1) != 0) | (np.abs(array) >= WHOLE_BELOW)
    return ~gone & odd


def _beyond(column: Column, array: Values) -> Values:
    """Return where a number is too large for the type of a column, or no longer exact in it."""
    if array.dtype.kind == "f":
        return np.isfinite(array) & np.isinf(_shortened(column, array))
    exact = 2 ** (np.finfo(column.type.value).nmant + 1)
    return (array < -exact) | (array > exact)


def fitted(column: Column, array: Values, gone: Values) -> Values:
    """Return numbers that fit in the type of the column.

    Integers of which some may be missing are float64, also where none is.
    """
    if column.type in FLOATS:
        return _shortened(column, np.where(gone, np.nan, array) if gone.any() else array)
    if column.nullable:
        return np.where(gone, np.nan, array.astype(np.float64)) + 0.0  # no integer is -0
    return array.astype(column.type.value, copy=False)


def _shortened(column: Column, array: Values) -> Any:  # noqa: ANN401 - an array
    with np.errstate(over="ignore"):
        return array.astype(column.type.value, copy=False)
