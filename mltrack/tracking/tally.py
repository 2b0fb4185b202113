"""What the rows of one writer say together, kept up while they are written: pure."""

from mltrack.store.ids import MAIN_WRITER
from mltrack.store.journal_reader import rows_of
from mltrack.tracking.fold import Folded, Journal, Summary, fold
from mltrack.tracking.values import GREATEST_STEP

MAX_KEPT_BYTES = 4 * 1024 * 1024
"""Of rows that are no metrics; whoever writes more of them has them read again at the end."""


class Series(Summary):
    """A metric as one writer logs it: its summary, its name in JSON, and its next step."""

    __slots__ = ("key", "next_step")

    def __init__(self, key: str, next_step: int) -> None:
        super().__init__()
        self.key = key
        self.next_step = next_step


class Tally:
    """Counts what was appended; at the end it knows what reading the journal again would tell.

    A row is counted last, after all that it says. So who is interrupted in between has counted
    fewer rows than lie on the disk, and the tally is not used.

    Attributes:
        series: the metrics, by name.
        rows: how many rows it has counted; who goes on with a journal that is there begins at 0
            too, and so never comes to as many as lie on the disk.
    """

    __slots__ = ("_kept_bytes", "_others", "_spoiled", "rows", "series")

    def __init__(self) -> None:
        self.series: dict[str, Series] = {}
        self.rows = 0
        self._others: list[bytes] = []
        self._kept_bytes = 0
        self._spoiled = False

    def keep(self, line: bytes) -> None:
        """Count a row that holds no metrics."""
        self._kept_bytes += len(line)
        if self._kept_bytes > MAX_KEPT_BYTES:
            self.spoil()
        else:
            self._others.append(line)
        self.rows += 1

    def spoil(self) -> None:
        """Know no longer what the journal says."""
        self._spoiled = True
        self._others.clear()

    def folded(self, rows: int) -> Folded | None:
        """Return what the fold of the journal is, if that is the only one of its run.

        Args:
            rows: how many rows it has; when they are not those that were counted, None is returned.
        """
        past_the_last = any(s.last_step > GREATEST_STEP for s in tuple(self.series.values()))
        if self._spoiled or rows != self.rows or past_the_last:
            return None
        rest = fold([Journal(MAIN_WRITER, list(rows_of(self._others)))])
        metrics: dict[str, Summary] = {n: s for n, s in tuple(self.series.items()) if s.count}
        return rest._replace(metrics=metrics, seen={MAIN_WRITER: rows})
