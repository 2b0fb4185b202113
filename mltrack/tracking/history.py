"""The points of one metric, in the order of their steps, kept as three arrays."""

from array import array
from collections.abc import Callable, Collection, Iterable, Iterator, Sequence
from itertools import groupby, islice
from operator import le, lt
from typing import Any, NamedTuple, overload

from mltrack.tracking import fold
from mltrack.tracking.logged import Logged, logged_in


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
        self._keep(steps, times, values)

    @classmethod
    def of_arrays(
        cls, steps: "array[int]", times: "array[float]", values: "array[float]"
    ) -> "History":
        """Return the history that three arrays hold, int64, float64 and float64, sorted by step."""
        history = cls()
        history._keep(steps, times, values)
        return history

    def _keep(self, steps: "array[int]", times: "array[float]", values: "array[float]") -> None:
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

    def to_dataframe(self) -> Any:  # noqa: ANN401 - pandas has no types
        """Return the points as a pandas DataFrame: `step`, `time` in UTC, `value`.

        Raises:
            MissingExtraError: pandas is not installed.
        """
        from mltrack.tracking.frames import pandas, times

        seconds = pandas().Series(self.times, dtype="float64")
        return pandas().DataFrame(
            {
                "step": pandas().Series(self.steps, dtype="int64"),
                "time": times((seconds * 1000).round()),
                "value": pandas().Series(self.values, dtype="float64"),
            }
        )

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
    return next(iter(histories_of(journals, [name], all=all)))[1]


def histories_of(
    journals: Sequence[fold.Journal],
    names: Collection[str],
    *,
    all: bool = False,  # noqa: A002 - as above
) -> Iterator[tuple[str, History]]:
    """Yield some metrics and their histories; the journals are read once.

    All points are in memory, 32 bytes each, and those of a metric no more once it was yielded.

    Args:
        journals: the rows of all writers of the run.
        names: the metrics.
        all: as for `history_of`.
    """
    ordered = fold.in_order(journals)
    found = logged_in(ordered, names)
    for name in names:
        yield name, _history(found.pop(name), ordered, all=all)


def _history(logged: Logged, ordered: Sequence[fold.Journal], *, all: bool) -> History:  # noqa: A002 - as above
    shown = logged.shown()
    steps = logged.steps if len(shown) == len(logged.steps) else _taken(logged.steps, shown)
    if not _grow(steps, le if all else lt):
        shown = sorted(shown, key=logged.steps.__getitem__)
        if not all:
            shown = _last_of_each_step(logged, shown, ordered)
    elif len(shown) == len(logged.steps):
        return History.of_arrays(logged.steps, logged.times, logged.values)
    return History.of_arrays(
        _taken(logged.steps, shown), _taken(logged.times, shown), _taken(logged.values, shown)
    )


def _taken(numbers: "array[Any]", points: Iterable[int]) -> "array[Any]":
    return array(numbers.typecode, map(numbers.__getitem__, points))


def _grow(steps: "array[int]", is_before: Callable[[int, int], bool]) -> bool:
    """Tell whether each step stands so to the next."""
    return all(map(is_before, steps, islice(steps, 1, None)))


def _last_of_each_step(
    logged: Logged, points: Iterable[int], ordered: Sequence[fold.Journal]
) -> "array[int]":
    """Return of points, sorted by step, the last of each: that of each writer that saw no other."""
    knowledge = {journal.writer: fold.first_seen(journal) for journal in ordered}
    kept = array("q")
    for _, of_step in groupby(points, logged.steps.__getitem__):
        last: list[int] = []
        for point in of_step:
            unseen = _unseen(logged, last, logged.writer(point), knowledge) if last else ()
            last = [*unseen, point]
        kept.extend(last)
    return kept


def _unseen(
    logged: Logged, points: Iterable[int], writer: str, knowledge: dict[str, dict[str, int]]
) -> Iterator[int]:
    """Yield the points of others that a writer had not seen when it began."""
    seen = knowledge[writer]
    for point in points:
        other = logged.writer(point)
        if other != writer and logged.rows[point] >= seen.get(other, 0):
            yield point
