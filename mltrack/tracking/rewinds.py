"""What rewinds hide of the rows of a run: pure."""

from collections.abc import Sequence
from itertools import compress

from mltrack.store.journal import Row
from mltrack.tracking.rows import Columns
from mltrack.tracking.voices import seen_of

Hidden = Sequence[tuple[int, int]]
"""Of one writer: rows before the first number, with a step of the second or higher."""
_STEPS = range(-(2**63), 2**63)


class Rewinds:
    """What the rows of a run hide of each other, found row by row, writer by writer.

    Attributes:
        hidden: what is hidden of each writer.
    """

    def __init__(self) -> None:
        self.hidden: dict[str, list[tuple[int, int]]] = {}
        self._writer = ""
        self._seen: dict[str, int] = {}

    def begin(self, writer: str) -> None:
        """Take the rows of another writer from now on."""
        self._writer, self._seen = writer, {}

    def take(self, row: Row, index: int) -> None:
        """Take one more row that may be a rewind."""
        if "seen" in row:
            self._seen = seen_of(row)
        bound = integer(row.get("rewind"))
        if bound is not None:
            for writer, rows in {**self._seen, self._writer: index}.items():
                self.hidden.setdefault(writer, []).append((rows, bound))


def integer(value: object) -> int | None:
    """Return a number that may stand as a step or a count, else None."""
    return value if type(value) is int and value in _STEPS else None


def is_hidden(step: int, index: int, hidden: Hidden) -> bool:
    """Tell whether the row at an index of its writer's journal is hidden."""
    return any(index < until and step >= bound for until, bound in hidden)


def shown(columns: Columns, first: int, hidden: Hidden) -> Columns:
    """Return what is not hidden of columns, the first row of which has this index."""
    if all(first >= until for until, _ in hidden):
        return columns
    kept = [not is_hidden(step, n, hidden) for n, step in enumerate(columns.steps, first)]
    values = {name: list(compress(column, kept)) for name, column in columns.values.items()}
    return Columns(list(compress(columns.steps, kept)), list(compress(columns.times, kept)), values)
