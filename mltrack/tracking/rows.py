"""The rows of one writer, in blocks, so that nobody holds those of a long run at once: pure.

As dicts a million rows take a gigabyte.
"""

from collections.abc import Iterable, Iterator, Sequence
from itertools import chain
from typing import NamedTuple

from mltrack.store.journal import Row


class Columns(NamedTuple):
    """Consecutive rows of a journal, each with one value of the same metric and nothing else."""

    name: str
    steps: list[int]
    times: list[float]
    values: list[float]


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
    if not isinstance(block, Columns):
        return block
    points = zip(block.steps, block.times, block.values, strict=True)
    return ({"step": s, "time": t, "metrics": {block.name: v}} for s, t, v in points)


def _sliced(block: Block, start: int, stop: int) -> Block:
    if not isinstance(block, Columns):
        return block[start:stop]
    cut = slice(start, stop)
    return Columns(block.name, block.steps[cut], block.times[cut], block.values[cut])
