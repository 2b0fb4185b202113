"""Every point of one metric, as the journals of a run have it: four arrays."""

from array import array
from bisect import bisect_right
from collections.abc import Sequence

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

    def __init__(self, ordered: Sequence[Journal], name: str) -> None:
        self.steps, self.rows = array("q"), array("q")
        self.times, self.values = array("d"), array("d")
        self._name = name
        self._writers = [journal.writer for journal in ordered]
        self._starts: list[int] = []
        self._rewinds = Rewinds()
        for journal in ordered:
            self._take(journal)

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

    def _take(self, journal: Journal) -> None:
        self._starts.append(len(self.steps))
        self._rewinds.begin(journal.writer)
        index = 0
        for block in blocks(journal.rows):
            if isinstance(block, Columns):
                self._take_columns(block, index)
            else:
                for at, row in enumerate(block, index):
                    if row:
                        self._take_row(row, at)
            index += length_of(block)

    def _take_columns(self, columns: Columns, first: int) -> None:
        values = columns.values.get(self._name)
        if values is not None:
            self.steps.fromlist(columns.steps)
            self.times.fromlist(columns.times)
            self.values.fromlist(values)
            self.rows.extend(range(first, first + len(columns.steps)))

    def _take_row(self, row: Row, index: int) -> None:
        self._rewinds.take(row, index)
        metrics = row.get("metrics")
        raw = metrics.get(self._name) if isinstance(metrics, dict) else None
        step, value = integer(row.get("step")), decode_number(raw)
        if step is not None and value is not None:
            self.steps.append(step)
            self.times.append(decode_number(row.get("time")) or 0.0)
            self.values.append(value)
            self.rows.append(index)
