"""What a figure is, and what it gave: plain values that a table is made of."""

from collections.abc import Callable
from dataclasses import dataclass
from statistics import median, quantiles
from typing import NamedTuple

from tests.benchmarks.place import Place


class Bar(NamedTuple):
    """What a figure is held to: so much at most, or so much at least."""

    limit: float
    at_least: bool = False

    def holds(self, value: float) -> bool:
        """Tell whether a value keeps to it."""
        return value >= self.limit if self.at_least else value <= self.limit

    def __str__(self) -> str:
        return f"{'≥' if self.at_least else '≤'} {self.limit:g}"


class Measured(NamedTuple):
    """One number, and what it was made of.

    Attributes:
        value: the number: a ratio, or what the figure's unit says.
        ours: the median of what mltrack took, in words; empty where the number is no ratio.
        floor: the same of the floor.
        low: a quarter of the tries gave less than this.
        high: a quarter of the tries gave more than this.
        tries: how often it was tried.
    """

    value: float
    ours: str = ""
    floor: str = ""
    low: float | None = None
    high: float | None = None
    tries: int = 1


@dataclass(frozen=True, slots=True, kw_only=True)
class Figure:
    """One row of the table.

    Attributes:
        name: what ONLY= takes.
        what: what mltrack does.
        floor: what that is measured against; empty where the number is no ratio.
        bar: what it is held to; None where it is shown for information only.
        unit: of the number; empty for a ratio.
        peer: the peer that stands for the floor; the figure is left out unless PEERS= names it.
        measure: does it.
    """

    name: str
    what: str
    floor: str = ""
    bar: Bar | None = None
    unit: str = ""
    peer: str = ""
    measure: Callable[[Place], Measured]


def ratio(ours: list[float], floor: list[float], unit: str = "ms") -> Measured:
    """Return the median of ours to that of the floor, from tries that were made in pairs.

    Args:
        ours: what each try of mltrack took, in seconds.
        floor: what the try of the floor beside it took.
        unit: in which both are shown: s, ms or us.
    """
    each = [one / other for one, other in zip(ours, floor, strict=True)]
    low, _, high = quantiles(each, n=4) if len(each) > 1 else (each[0],) * 3
    return Measured(
        value=median(ours) / median(floor),
        ours=shown(median(ours), unit),
        floor=shown(median(floor), unit),
        low=low,
        high=high,
        tries=len(each),
    )


def faster(ours: list[float], peer: list[float], unit: str = "ms") -> Measured:
    """Return how many times as fast as a peer mltrack is; the tries were made in pairs."""
    other = ratio(peer, ours, unit)
    return other._replace(ours=other.floor, floor=other.ours)


def shown(seconds: float, unit: str) -> str:
    """Return a time in words: 12.3 ms."""
    return f"{seconds * {'s': 1, 'ms': 1e3, 'us': 1e6}[unit]:.4g} {unit}"
