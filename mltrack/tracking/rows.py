"""The rows of one writer, in blocks, so that nobody holds those of a long run at once: pure.

As dicts a million rows take a gigabyte.
"""

import math
from collections.abc import Iterable, Iterator, Sequence
from itertools import chain
from typing import NamedTuple

from mltrack.store.journal import Row, number_name


class Columns(NamedTuple):
    """Consecutive rows of a journal, each with values of the same metrics and nothing else."""

    steps: list[int]
    times: list[float]
    values: dict[str, list[float]]


Block = Sequence[Row | None] | Columns
"""Consecutive rows; None stands for a bad line, which still counts as a row."""


class Blockwise:
    """Rows that come in blocks, and are counted when that is first asked for."""

    _count: int | None = None

    def blocks(self) -> Iterator[Block]:
        """Yield the rows in blocks."""
        raise NotImplementedError

    def counted(self) -> int:
        """Return how many rows there are."""
        return sum(length_of(block) for block in self.blocks())

    def __iter__(self) -> Iterator[Row | None]:
        return chain.from_iterable(map(_rows_of, self.blocks()))

    def __len__(self) -> int:
        if self._count is None:
            self._count = self.counted()
        return self._count


Rows = Sequence[Row | None] | Blockwise
"""The rows of one writer in order, the same each time that they are read."""


def blocks(rows: Rows) -> Iterator[Block]:
    """Yield rows in blocks; of those that lie on the disk, one is in memory at a time."""
    return rows.blocks() if isinstance(rows, Blockwise) else iter([rows])


def length_of(block: Block) -> int:
    """Return how many rows a block has."""
    return len(block.steps) if isinstance(block, Columns) else len(block)


def part(rows: Rows, start: int, stop: int) -> Rows:
    """Return the rows from one on, and before another, as a slice does."""
    return Part(rows, start, stop) if isinstance(rows, Blockwise) else rows[start:stop]


class Part(Blockwise):
    """The rows of another from one on, and before another."""

    def __init__(self, rows: Rows, start: int, stop: int) -> None:
        self._rows, self._start, self._stop = rows, start, stop

    def blocks(self) -> Iterator[Block]:
        """Yield the rows in blocks."""
        start, stop = self._start, self._stop
        for block in blocks(self._rows):
            if start < stop and start < length_of(block):
                yield _sliced(block, start, stop)
            start, stop = max(start - length_of(block), 0), stop - length_of(block)
            if stop <= 0:
                return


class Joined(Blockwise):
    """The rows of several, one after the other."""

    def __init__(self, *parts: Rows) -> None:
        self._parts = parts

    def blocks(self) -> Iterator[Block]:
        """Yield the rows in blocks."""
        return chain.from_iterable(map(blocks, self._parts))

    def counted(self) -> int:
        """Return how many rows there are."""
        return sum(map(len, self._parts))


def _rows_of(block: Block) -> Iterable[Row | None]:
    return block if not isinstance(block, Columns) else _as_rows(block)


def _as_rows(columns: Columns) -> Iterator[Row]:
    """Yield what the rows were before they were columns."""
    values = zip(*columns.values.values(), strict=True)
    for step, time, numbers in zip(columns.steps, columns.times, values, strict=True):
        texts = (n if math.isfinite(n) else number_name(n) for n in numbers)
        metrics = dict(zip(columns.values, texts, strict=True))
        yield {"step": step, "time": time, "metrics": metrics}


def _sliced(block: Block, start: int, stop: int) -> Block:
    if not isinstance(block, Columns):
        return block[start:stop]
    cut = slice(start, stop)
    values = {name: column[cut] for name, column in block.values.items()}
    return Columns(block.steps[cut], block.times[cut], values)
