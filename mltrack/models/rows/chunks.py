"""What readers of files hand on: tables of rows that fit a model, and which rows do not."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any, NamedTuple

from mltrack.models.entities import Signature
from mltrack.models.rows.misfits import Misfit
from mltrack.models.signature.columns import Table

CHUNK_ROWS = 50_000
CHUNK_BYTES = 16 * 2**20


class Chunk(NamedTuple):
    """Some rows of a file, in its order.

    Attributes:
        table: the rows that fit.
        kept: the columns that are copied, of the same rows.
        rows: how many rows fit.
        misfits: those that do not fit.
    """

    table: Table
    kept: tuple[Any, ...]
    rows: int
    misfits: list[Misfit]


Far = Callable[[int], tuple[int, int, str]]
"""Takes how many rows were read, and returns how many of how many things are done."""


def nobody_knows(_rows: int) -> tuple[int, int, str]:
    """Tell of nothing to be done, where its end is not known."""
    return 0, 0, ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Wanted:
    """What is read of a file.

    Attributes:
        signature: what the model takes.
        keep: the columns that are copied.
        source: what errors call the file.
    """

    signature: Signature
    source: str
    keep: tuple[str, ...] = ()


@dataclass(slots=True, kw_only=True)
class Notes:
    """What the user should know, once each."""

    texts: list[str] = field(default_factory=list)

    def add(self, notes: Sequence[str]) -> None:
        """Take those that are new."""
        self.texts.extend(note for note in notes if note not in self.texts)


@dataclass(frozen=True, slots=True, kw_only=True)
class RowsFile:
    """The rows of a file; they are read once, as they are asked for.

    Attributes:
        chunks: the rows, at most about `CHUNK_ROWS` at a time.
        notes: what is left out; complete once all rows were read.
        counted: what misfits are counted by: line or row.
        far: how far the file is read once so many rows were handed on.
    """

    chunks: Iterator[Chunk]
    notes: Notes
    counted: str = "line"
    far: Far = nobody_knows
