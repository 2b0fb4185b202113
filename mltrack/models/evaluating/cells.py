"""Cells of a column that no signature describes: what they hold, and which hold nothing."""

import datetime
from collections.abc import Sequence
from enum import StrEnum

import numpy as np

from mltrack.models.signature.columns import Values, missing, object_array


class Kind(StrEnum):
    """What all cells of a column are."""

    TRUTHS = "truths"
    WHOLE = "whole numbers"
    NUMBERS = "numbers"
    TEXTS = "texts"
    OTHER = "values of other or several types"


_KINDS = {
    "b": Kind.TRUTHS,
    "i": Kind.WHOLE,
    "u": Kind.WHOLE,
    "U": Kind.TEXTS,
    "T": Kind.TEXTS,
}


def array_of(values: Values) -> Values:
    """Return a column as an array of one dimension, texts and mixed ones as objects."""
    if hasattr(values, "to_numpy"):
        gone = missing(values) if hasattr(values, "isna") else None
        values = values.to_numpy()
        if gone is not None and values.dtype.kind == "O" and gone.any():
            values = np.where(gone, None, values)
    if not isinstance(values, np.ndarray):
        values = object_array(list(values))
    return values.astype(object) if values.dtype.kind in "UT" else values


def blank(values: Values) -> Values:
    """Return an array of bools: where there is no value."""
    if values.dtype.kind != "O":
        return missing(values)
    return np.fromiter((_is_missing(v) for v in values), dtype=bool, count=len(values))


def _is_missing(value: object) -> bool:
    if value is None or type(value).__name__ in {"NAType", "NaTType"}:
        return True
    return isinstance(value, float | np.floating) and bool(value != value)  # noqa: PLR0124 - NaN alone


def kind_of(values: Values) -> Kind:
    """Return what the cells of an array without blanks are."""
    if values.dtype.kind == "O":
        return _kind_of_objects(values)
    if values.dtype.kind != "f":
        return _KINDS.get(values.dtype.kind, Kind.OTHER)
    whole = np.isfinite(values).all() and (np.mod(values, 1) == 0).all()
    return Kind.WHOLE if whole else Kind.NUMBERS


def _kind_of_objects(values: Values) -> Kind:
    kinds = set(map(type, values))
    if all(issubclass(k, str) for k in kinds):
        return Kind.TEXTS
    if all(issubclass(k, bool | np.bool_) for k in kinds):
        return Kind.TRUTHS
    return kind_of(values.astype(np.float64)) if all(map(_is_number, kinds)) else Kind.OTHER


def _is_number(kind: type) -> bool:
    is_truth = issubclass(kind, bool | np.bool_)
    return issubclass(kind, int | float | np.integer | np.floating) and not is_truth


def numbers_in(texts: Sequence[str]) -> Values:
    """Return the numbers that texts spell, such as 3, -2.5 or 1e-3; None where one is no number.

    A text that a number would not be written as, such as 007 or 1_000, is none.
    """
    numbers = np.empty(len(texts))
    for place, text in enumerate(texts):
        cell = text.strip()
        digits = cell.lstrip("+-")
        padded = len(digits) > 1 and digits[0] == "0" and digits[1].isdigit()
        if padded or "_" in cell:
            return None
        try:
            numbers[place] = float(cell)
        except ValueError:
            return None
    return numbers


def truths_in(texts: Sequence[str]) -> Values:
    """Return the truths that texts spell; None where one is neither true nor false."""
    words = {"true": True, "false": False}
    found = [words.get(text.strip().lower()) for text in texts]
    return None if None in found else np.array(found, dtype=bool)


def shown(value: object) -> str:
    """Return a value as people and keys of metrics show it."""
    if isinstance(value, np.generic):
        value = value.item()
    if isinstance(value, float) and value.is_integer() and abs(value) < 2**53:
        return str(int(value))
    if isinstance(value, datetime.datetime):
        return value.isoformat(" ")
    return str(value)
