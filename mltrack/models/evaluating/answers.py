"""What a model gave for rows: one value a row, and a chance for each class where there are any."""

from collections.abc import Sequence
from typing import Any, NamedTuple

import numpy as np

from mltrack.errors import UsageError
from mltrack.models.answer import Answer
from mltrack.models.signature.columns import Values

_ROWS_AND_COLUMNS = 2


class Said(NamedTuple):
    """What a model said of rows, all of it as arrays whose first dimension is the rows.

    Attributes:
        values: one label or number a row; None where the model gives chances alone.
        chances: numbers for several columns; None where there are none.
    """

    values: Any
    chances: Any


def said(answer: Answer, rows: int, extra: Answer | None = None) -> Said:
    """Return what a model said of some rows.

    Args:
        answer: what it predicted.
        rows: how many rows it was given.
        extra: the chances that it gave for the same rows; None where it cannot be asked for them.

    Raises:
        UsageError: it gave something for another number of rows, or nothing to be judged.
    """
    for part in (*answer.arrays, *(extra.arrays if extra else ())):
        if len(part) != rows:
            raise UsageError(f"the model gave {len(part)} predictions for {rows} rows")
    values = next((a for a in map(_flat, answer.arrays) if a.ndim == 1), None)
    beside = extra.arrays if extra else answer.arrays
    chances = next((a for a in beside if a.ndim == _ROWS_AND_COLUMNS and _is_real(a)), None)
    if values is None and chances is None:
        shapes = ", ".join(str(part.shape) for part in answer.arrays)
        raise UsageError(f"the model gave arrays of shape {shapes}, and no value for each row")
    return Said(values, None if chances is None or chances.shape[1] == 1 else chances)


def joined(parts: Sequence[Said]) -> Said:
    """Return what was said of rows that were asked for a part at a time."""
    values, chances = zip(*parts, strict=True)
    return Said(
        None if values[0] is None else np.concatenate(values),
        None if chances[0] is None else np.concatenate(chances),
    )


def as_classes(given: Said) -> Said:
    """Return labels and chances of a model that gives chances alone, its classes 0, 1, 2, ...

    Raises:
        UsageError: the numbers are none: not all from 0 to 1.
    """
    if given.values is not None and not _is_fraction(given.values):
        return given
    chances = given.chances if given.values is None else _of_two(given.values)
    if not (np.isfinite(chances).all() and chances.min() >= 0 and chances.max() <= 1):
        raise UsageError(
            "the model gives numbers that are neither classes nor chances from 0 to 1",
            fix="end it with a softmax or a sigmoid, or say --task regression",
        )
    return Said(chances.argmax(axis=1), chances)


def is_fractional(given: Said) -> bool:
    """Tell whether a model gives real numbers that can be no labels and no chances."""
    if given.values is None or not _is_fraction(given.values):
        return False
    present = given.values[~np.isnan(given.values)]
    return bool(present.min(initial=0) < 0 or present.max(initial=0) > 1)


def _of_two(chances: Values) -> Values:
    """Return the chances of both classes for those of the second."""
    return np.column_stack([1 - chances, chances])


def _flat(array: Values) -> Values:
    one_column = array.ndim == _ROWS_AND_COLUMNS and array.shape[1] == 1
    return array.reshape(-1) if one_column else array


def _is_real(array: Values) -> bool:
    return bool(array.dtype.kind == "f")


def _is_fraction(values: Values) -> bool:
    return bool(values.dtype.kind == "f" and (np.mod(values, 1) != 0).any())
