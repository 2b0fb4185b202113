"""Figures as decimal numbers: compared as they are written, shown as short as that allows. Pure."""

import math
from collections.abc import Iterable
from decimal import Decimal

_DIGITS = 5


def told(value: float, beside: Iterable[float] = ()) -> str:
    """Return a number with five digits, or with all where that would hide a difference.

    Args:
        value: the number.
        beside: the numbers with which it is compared.
    """
    if not math.isfinite(value):
        return "NaN" if math.isnan(value) else ("Infinity" if value > 0 else "-Infinity")
    short = f"{value:.{_DIGITS}g}"
    hides = any(other != value and float(short) == other for other in beside)
    return repr(value).removesuffix(".0") if hides or "e+" in short else short


def worse_by(value: float, other: float, *, higher_is_better: bool) -> Decimal:
    """Return by how much a figure is worse than another; below zero where it is better.

    In binary, 0.91 - 0.9 is more than 0.01; here it is what people see.

    Args:
        value: the figure, which must be finite.
        other: the other one, which must be finite, too.
        higher_is_better: whether the higher one is the better.
    """
    lost = exact(other) - exact(value)
    return lost if higher_is_better else -lost


def exact(value: float) -> Decimal:
    """Return the decimal number that a float is written as."""
    return Decimal(repr(value))
