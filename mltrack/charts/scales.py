"""From values to places: the range of some numbers, round ticks, numbers or words on an axis."""

import math
import sys
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from typing import Any

from mltrack.charts.labels import cell, numbers

_TICKS = 5
_ROUND = (1.0, 2.0, 2.5, 5.0, 10.0)
_DECADES_FOR_LOG = 2.0
_MOST_WORDS = 12
_SECONDS = (
    *(1, 2, 5, 10, 15, 30, 60, 120, 300, 600, 900, 1800, 3600, 7200, 10_800, 21_600, 43_200),
    *(86_400, 172_800, 604_800),
)
"""The steps of a clock, from a second to a week."""
_NOISE = 1e-6  # of a step: what floats take a round number amiss by
_LEAST_SPAN = 1e-290  # of a smaller one a tenth may be no number any more


@dataclass(frozen=True, slots=True, kw_only=True)
class Tick:
    """A mark on an axis: how far along it is, from 0 to 1, and what it says."""

    at: float
    label: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Scale:
    """An axis of numbers, even or logarithmic, or of words that stand side by side.

    Attributes:
        low: the least number.
        high: the greatest.
        log: whether equal ratios are equal lengths.
        words: the words, where it has words; low and high then count for nothing.
    """

    low: float = 0.0
    high: float = 1.0
    log: bool = False
    words: tuple[str, ...] = ()

    def at(self, value: Any) -> float | None:  # noqa: ANN401 - any parameter
        """Return how far along a value is, from 0 to 1; None where it has no place."""
        if self.words:
            text = cell(value)
            return (self.words.index(text) + 0.5) / len(self.words) if text in self.words else None
        if not is_number(value) or (self.log and value <= 0):
            return None
        low, high, here = (math.log10(v) if self.log else v for v in (self.low, self.high, value))
        span = high / 2 - low / 2  # halves, for the whole may be more than a float holds
        return 0.5 if not span else (here / 2 - low / 2) / span

    def ticks(self) -> tuple[Tick, ...]:
        """Return marks at round numbers, or one for each word."""
        if self.words:
            return tuple(Tick(at=self.at(w) or 0.0, label=w) for w in self.words)
        marks = _decades(self.low, self.high) if self.log else round_numbers(self.low, self.high)
        labels = [f"{mark:.5g}" for mark in marks] if self.log else numbers(marks)
        places = [(self.at(mark), label) for mark, label in zip(marks, labels, strict=True)]
        return tuple(Tick(at=at, label=label) for at, label in places if at is not None)


def is_number(value: Any) -> bool:  # noqa: ANN401 - any parameter
    """Tell whether a value is a finite number; true and false are words."""
    if isinstance(value, bool) or not isinstance(value, int | float):
        return False
    try:
        return math.isfinite(value)
    except OverflowError:  # a whole number that no float can hold
        return False


def scale_of(values: Iterable[Any], *, padded: bool = False) -> Scale | None:
    """Return the axis on which all of some values have a place; None for none and too many words.

    Positive numbers that span two decades or more get a logarithmic one.

    Args:
        values: numbers or words, None for one that is missing.
        padded: leave some room below and above.
    """
    found = [value for value in values if value is not None]
    if not found:
        return None
    if all(map(is_number, found)):
        return _of_numbers([float(value) for value in found], padded=padded)
    words = sorted({cell(value) for value in found})
    return Scale(words=tuple(words)) if len(words) <= _MOST_WORDS else None


def _of_numbers(numbers: Sequence[float], *, padded: bool) -> Scale:
    low, high = min(numbers), max(numbers)
    if low > 0 and high / low >= 10**_DECADES_FOR_LOG:
        return Scale(low=low, high=high, log=True)
    return roomy(low, high, share=0.04 if padded else 0.0)


def roomy(low: float, high: float, *, share: float) -> Scale:
    """Return an even axis with a share of its length as room at both ends; some, if it has none."""
    room = high * share - low * share  # each by itself: the whole may be more than a float holds
    if low == high:
        room = abs(low) * 0.1 or 1.0
    most = sys.float_info.max
    return Scale(low=max(low - room, -most), high=min(high + room, most))


def axis_of(values: Iterable[float], *, log: bool = False) -> Scale | None:
    """Return the even or logarithmic axis on which all finite values end; None without any.

    A logarithmic one has room for positive numbers only.
    """
    found = [value for value in values if math.isfinite(value) and (value > 0 or not log)]
    if not found:
        return None
    low, high = min(found), max(found)
    if low < high:
        return Scale(low=low, high=high, log=log)
    return replace(roomy(low, high, share=0.0), log=log)


def round_numbers(low: float, high: float) -> list[float]:
    """Return about five round numbers from low to high."""
    span = high - low
    if not (span > _LEAST_SPAN and math.isfinite(span)):
        return [low]
    rough = span / _TICKS
    power = 10.0 ** math.floor(math.log10(rough))
    step = next((r * power for r in _ROUND if r * power >= rough * (1 - _NOISE)), 10 * power)
    first, last = math.ceil(low / step - _NOISE), math.floor(high / step + _NOISE)
    return [round(n * step, 12 - math.floor(math.log10(step))) for n in range(first, last + 1)]


def round_moments(low: float, high: float, *, ahead_seconds: float = 0.0) -> list[float]:
    """Return at most six moments in Unix seconds from low to high that a clock shows as round.

    The clock is so far ahead of UTC.
    """
    span = high - low
    if not math.isfinite(span):
        return [low]
    fits = (s for s in _SECONDS if span / s <= _TICKS)
    step = next(fits, math.ceil(span / _TICKS / _SECONDS[-1]) * _SECONDS[-1])
    first = math.ceil((low + ahead_seconds) / step)
    last = math.floor((high + ahead_seconds) / step)
    return [n * step - ahead_seconds for n in range(first, last + 1)] or [low]


def _decades(low: float, high: float) -> list[float]:
    first, last = math.ceil(math.log10(low) - 1e-9), math.floor(math.log10(high) + 1e-9)
    apart = max(1, (last - first) // _TICKS)
    return [10.0**n for n in range(first, last + 1, apart)] or [low, high]
