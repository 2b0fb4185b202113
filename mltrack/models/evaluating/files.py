"""The rows of a file in parts: typed as the model takes them, the rest as it stands there."""

import csv
from collections.abc import Iterator, Sequence
from itertools import islice
from pathlib import Path
from typing import Any

import numpy as np

from mltrack.errors import UsageError
from mltrack.models.entities import Signature
from mltrack.models.evaluating.cells import array_of
from mltrack.models.evaluating.parts import (
    MissingTargetError,
    Part,
    Wanted,
    complete,
    refuse_as_input,
    require_columns,
)
from mltrack.models.rows import sources
from mltrack.models.rows.chunks import Chunk
from mltrack.models.rows.chunks import Wanted as RowsWanted
from mltrack.models.rows.formats import RowsFormat, format_of
from mltrack.models.rows.misfits import refusal
from mltrack.models.rows.names import names_in


def parts_of(path: Path, source: str, signature: Signature, wanted: Wanted) -> Iterator[Part]:
    """Yield the rows that have a target, a bounded number at a time.

    Args:
        path: a file of rows.
        source: what errors call it.
        signature: what the model takes.
        wanted: the target, and the columns to slice by.

    Raises:
        UsageError: a column is missing, a cell is not what the signature says, or there is no row.
        MissingExtraError: it is Parquet, and pyarrow is not installed.
    """
    kind = format_of(path.name)
    with path.open("rb") as stream:
        names = names_in(sources.Source(stream, kind), source)
    require_columns(names, [wanted.target], "target")
    require_columns(names, wanted.columns, "slices")
    refuse_as_input(wanted.target, signature)
    beside = tuple(dict.fromkeys((wanted.target, *wanted.columns)))
    reading = RowsWanted(signature=signature, source=source, keep=beside)
    count = 0
    for chunk in _chunks(path, kind, reading):
        part = _part(chunk, beside, wanted, count)
        count += len(part.places)
        try:
            yield complete(part, wanted, source)
        except MissingTargetError as error:
            if kind is RowsFormat.PARQUET:
                raise
            lines = _lines_of(path, kind, error.places)
            raise MissingTargetError(source, wanted.target, lines, unit="line") from None
    if not count:
        what = "a header and no rows" if kind is RowsFormat.CSV else "no rows"
        raise UsageError(f"{source} has {what}")


def _chunks(path: Path, kind: RowsFormat, wanted: RowsWanted) -> Iterator[Chunk]:
    with (
        path.open("rb") as stream,
        sources.opened(sources.Source(stream, kind), wanted) as rows,
    ):
        for chunk in rows.chunks:
            if chunk.misfits:
                raise refusal(wanted.source, chunk.misfits, rows.counted)
            yield chunk


def _part(chunk: Chunk, beside: Sequence[str], wanted: Wanted, before: int) -> Part:
    found = dict(zip(beside, map(_values, chunk.kept), strict=True))
    places = np.arange(before, before + chunk.rows)
    by = {name: found[name] for name in wanted.columns}
    return Part(chunk.table, found[wanted.target], by, places)


def _values(column: Any) -> Any:  # noqa: ANN401 - a column of numpy or of pyarrow
    """Return a column that was copied as an array."""
    if hasattr(column, "to_pylist"):
        column = column.to_numpy(zero_copy_only=False)
    return array_of(column)


def _lines_of(path: Path, kind: RowsFormat, places: list[int]) -> list[int]:
    """Return on which lines of a file rows end."""
    with sources.unpacked(path) as stream:
        if kind is RowsFormat.JSONL:
            ends = (number for number, line in enumerate(stream, 1) if line.strip())
            lines = list(islice(ends, places[-1] + 1))
            return [lines[place] for place in places]
        reader = csv.reader(stream)
        found = (reader.line_num for cells in reader if cells)
        lines = list(islice(found, places[-1] + 2))
    return [lines[place + 1] for place in places]
