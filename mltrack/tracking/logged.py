"""Every point of some metrics, as the journals of a run have it: four arrays for each."""

from array import array
from bisect import bisect_right
from collections.abc import Collection, Sequence

from mltrack.store.journal import Row, decode_number
from mltrack.tracking.fold import Journal
from mltrack.tracking.rewinds import Rewinds, integer, is_hidden
from mltrack.tracking.rows import Columns, blocks, length_of


class Logged:
    """The points of one metric in the order of the writers and of their rows.

    Attributes:
        steps: the steps, int64.
        times: Unix seconds, float64.
        values: the values, float64.
        rows: where each stands in its writer's journal, int64.
    """

    def __init__(self, writers: Sequence[str], rewinds: Rewinds) -> None:
        self.steps, self.rows = array("q"), array("q")
        self.times, self.values = array("d"), array("d")
        self._writers, self._rewinds = writers, rewinds
        self._starts: list[int] = []

    def begin(self) -> None:
        """Take the points of the next writer from now on."""
        self._starts.append(len(self.steps))

    def writer(self, point: int) -> str:
        """Return who logged a point."""
        return self._writers[bisect_right(self._starts, point) - 1]

    def shown(self) -> Sequence[int]:
        """Return the points that no rewind hides."""
        if not self._rewinds.hidden:
            return range(len(self.steps))
        shown = array("q")
        for writer, start, end in zip(
            self._writers, self._starts, [*self._starts[1:], len(self.steps)], strict=True
        ):
            hidden = self._rewinds.hidden.get(writer, ())
            points = range(start, end)
            shown.extend(n for n in points if not is_hidden(self.steps[n], self.rows[n], hidden))
        return shown


def logged_in(ordered: Sequence[Journal], names: Collection[str]) -> dict[str, Logged]:
    """Return the points of some metrics by name; every row is read once.

    Args:
        ordered: the journals of a run in the order of their writers.
        names: the metrics.
    """
    rewinds = Rewinds()
    writers = [journal.writer for journal in ordered]
    found = {name: Logged(writers, rewinds) for name in names}
    for journal in ordered:
        rewinds.begin(journal.writer)
        for logged in found.values():
            logged.begin()
        _take(journal, found, rewinds)
    return found


def _take(journal: Journal, found: dict[str, Logged], rewinds: Rewinds) -> None:
    index = 0
    for block in blocks(journal.rows):
        if isinstance(block, Columns):
            _take_columns(block, index, found)
        else:
            for at, row in enumerate(block, index):
                if row:
                    rewinds.take(row, at)
                    _take_row(row, at, found)
        index += length_of(block)


def _take_columns(columns: Columns, first: int, found: dict[str, Logged]) -> None:
    for name in columns.values.keys() & found.keys():
        logged = found[name]
        logged.steps.fromlist(columns.steps)
        logged.times.fromlist(columns.times)
        logged.values.fromlist(columns.values[name])
        logged.rows.extend(range(first, first + len(columns.steps)))


def _take_row(row: Row, index: int, found: dict[str, Logged]) -> None:
    metrics, step = row.get("metrics"), integer(row.get("step"))
    if step is None or not isinstance(metrics, dict):
        return
    for name in metrics.keys() & found.keys():
        value = decode_number(metrics[name])
        if value is not None:
            logged = found[name]
            logged.steps.append(step)
            logged.times.append(decode_number(row.get("time")) or 0.0)
            logged.values.append(value)
            logged.rows.append(index)
