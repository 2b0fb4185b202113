"""The points of one metric, in the order of their steps, kept as three arrays."""

from array import array
from collections.abc import Iterable, Iterator, Sequence
from typing import NamedTuple, overload

from mltrack.tracking import fold


class Point(NamedTuple):
    """One value of a metric: the step, the time in Unix seconds, the value."""

    step: int
    time: float
    value: float


class History(Sequence[Point]):
    """A read-only sequence of points, sorted by step.

    Attributes:
        steps: the steps, int64.
        times: Unix seconds, float64.
        values: the values, float64.
    """

    __slots__ = ("steps", "times", "values")

    def __init__(self, points: Iterable[tuple[int, float, float]] = ()) -> None:
        steps, times, values = array("q"), array("d"), array("d")
        for step, time, value in points:
            steps.append(step)
            times.append(time)
            values.append(value)
        self.steps = memoryview(steps).toreadonly()
        self.times = memoryview(times).toreadonly()
        self.values = memoryview(values).toreadonly()

    def __len__(self) -> int:
        return len(self.steps)

    @overload
    def __getitem__(self, index: int) -> Point: ...
    @overload
    def __getitem__(self, index: slice) -> "History": ...
    def __getitem__(self, index: int | slice) -> "Point | History":
        if isinstance(index, slice):
            return History(
                zip(self.steps[index], self.times[index], self.values[index], strict=True)
            )
        return Point(self.steps[index], self.times[index], self.values[index])

    def __iter__(self) -> Iterator[Point]:
        return map(Point, self.steps, self.times, self.values)

    def __repr__(self) -> str:
        return f"History({len(self)} points)"


def history_of(
    journals: Sequence[fold.Journal],
    name: str,
    *,
    all: bool = False,  # noqa: A002 - the word that users know
) -> History:
    """Return the history of one metric.

    Args:
        journals: the rows of all writers of the run.
        name: the metric.
        all: give every row; else the last row of each step, and of each writer where two
            writers logged a step without having seen each other's row.
    """
    ordered = fold.in_order(journals)
    found = list(fold.points(ordered, name))
    kept = found if all else _last_of_each_step(found, _knowledge(ordered))
    return History((p.step, p.time, p.value) for p in sorted(kept, key=lambda p: p.step))


def _knowledge(ordered: Sequence[fold.Journal]) -> dict[str, dict[str, int]]:
    return {journal.writer: fold.first_seen(journal) for journal in ordered}


def _last_of_each_step(
    points: Iterable[fold.Point], knowledge: dict[str, dict[str, int]]
) -> list[fold.Point]:
    kept: dict[int, list[fold.Point]] = {}
    for point in points:
        seen = knowledge[point.writer]
        unseen = [
            other
            for other in kept.get(point.step, ())
            if other.writer != point.writer and other.row >= seen.get(other.writer, 0)
        ]
        kept[point.step] = [*unseen, point]
    return [point for of_step in kept.values() for point in of_step]
