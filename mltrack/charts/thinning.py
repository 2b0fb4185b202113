"""Fewer points that draw the same curve: of each stretch the lowest, the highest, and a gap."""

import math
from array import array
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

MOST_POINTS = 300
"""More than a curve on a screen can show."""
FEWEST_POINTS = 16
_EDGES = 2


@dataclass(frozen=True, slots=True, kw_only=True)
class Curve:
    """The points of one metric of one run, in the order of their steps.

    Attributes:
        began: when the run began, in Unix seconds.
        steps: the steps.
        times: when each point was logged, in Unix seconds.
        values: the values; what is not finite is a gap.
        count: how many points were logged.
    """

    began: float
    steps: Sequence[int]
    times: Sequence[float]
    values: Sequence[float]
    count: int


def points_for(curves: int, budget: int) -> int:
    """Return how many points each of some curves may have, for a budget of points in all."""
    return max(FEWEST_POINTS, min(MOST_POINTS, budget // max(curves, 1)))


def thinned(curve: Curve, most: int = MOST_POINTS) -> Curve:
    """Return a curve with at most so many points (5 or more).

    First and last point are kept. The rest is divided into stretches of equally many points, and of
    each the lowest and the highest stay, and the first that is no finite number, which is a gap.
    So a peak of one point never goes.
    """
    values = list(curve.values)
    if len(values) <= most:
        return curve
    kept = _kept(values, most)
    return Curve(
        began=curve.began,
        steps=array("q", [curve.steps[n] for n in kept]),
        times=array("d", [curve.times[n] for n in kept]),
        values=array("d", [values[n] for n in kept]),
        count=curve.count,
    )


def _kept(values: list[float], most: int) -> list[int]:
    is_whole = math.isfinite(sum(values))
    stretches = (most - _EDGES) // (2 if is_whole else 3)
    inner = len(values) - _EDGES
    ends = [1 + inner * number // stretches for number in range(stretches + 1)]
    look = _extremes if is_whole else _extremes_and_gap
    kept = [0]
    for start, end in pairwise(ends):
        kept += look(values, start, end)
    return [*kept, len(values) - 1]


def _extremes(values: list[float], start: int, end: int) -> list[int]:
    stretch = values[start:end]
    low, high = stretch.index(min(stretch)), stretch.index(max(stretch))
    if low == high:
        return [start + low]
    return [start + low, start + high] if low < high else [start + high, start + low]


def _extremes_and_gap(values: list[float], start: int, end: int) -> list[int]:
    finite = [n for n in range(start, end) if math.isfinite(values[n])]
    gap = next((n for n in range(start, end) if not math.isfinite(values[n])), None)
    found = {gap} if gap is not None else set[int]()
    if finite:
        found |= {min(finite, key=values.__getitem__), max(finite, key=values.__getitem__)}
    return sorted(found)
