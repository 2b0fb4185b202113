"""The rows of a file in parts: typed as the model takes them, the rest as it stands there."""

import csv
from collections.abc import Iterator
from dataclasses import replace
from itertools import islice
from pathlib import Path

import numpy as np

from mltrack.errors import UsageError
from mltrack.models.entities import Column, ColumnType, Layout, Signature
from mltrack.models.evaluating.cells import array_of
from mltrack.models.evaluating.parts import (
    MissingTargetError,
    Part,
    Wanted,
    complete,
    input_names,
    refuse_as_input,
    require_columns,
)
from mltrack.models.rows import csv_rows
from mltrack.models.rows.chunks import Wanted as RowsWanted
from mltrack.models.rows.misfits import refusal
from mltrack.models.rows.reading import Reading
from mltrack.models.signature.columns import Table


def parts_of(path: Path, source: str, signature: Signature, wanted: Wanted) -> Iterator[Part]:
    """Yield the rows that have a target, a bounded number at a time.

    Args:
        path: a CSV file with a header.
        source: what errors call it.
        signature: what the model takes.
        wanted: the target, and the columns to slice by.

    Raises:
        UsageError: a column is missing, a cell is not what the signature says, or there is no row.
    """
    names = _names_in(path, source)
    require_columns(names, [wanted.target], "target")
    require_columns(names, wanted.columns, "slices")
    refuse_as_input(wanted.target, signature)
    inputs = input_names(signature, names, wanted)
    beside = dict.fromkeys((wanted.target, *wanted.columns))
    extras = [name for name in beside if name not in inputs]
    count = 0
    for table in _tables(path, source, _reading(signature, inputs, extras)):
        part = _part(table, signature, [*inputs, *extras], wanted, count)
        count += len(part.places)
        try:
            yield complete(part, wanted, source)
        except MissingTargetError as error:
            lines = _lines_of(path, error.places)
            raise MissingTargetError(source, wanted.target, lines, unit="line") from None
    if not count:
        raise UsageError(f"{source} has a header and no rows")


def _part(
    table: Table, signature: Signature, names: list[str], wanted: Wanted, before: int
) -> Part:
    found = dict(zip(names, table.columns, strict=True))
    inputs = table.columns[: len(signature.inputs)]
    places = np.arange(before, before + len(table.columns[0]))
    by = {name: array_of(found[name]) for name in wanted.columns}
    return Part(Table.promised(signature, inputs), array_of(found[wanted.target]), by, places)


def _reading(signature: Signature, inputs: list[str], extras: list[str]) -> Signature:
    """Return a signature by which the model's columns and the others are found by name."""
    if len(inputs) != len(signature.inputs):
        raise UsageError(
            f"the model takes {len(signature.inputs)} columns, the data has {len(inputs)} beside "
            "the target"
        )
    pairs = zip(signature.inputs, inputs, strict=True)
    named = [replace(column, name=name) for column, name in pairs]
    texts = [Column(name=name, type=ColumnType.STR, nullable=True) for name in extras]
    return Signature(layout=Layout.NAMED, inputs=(*named, *texts))


def _names_in(path: Path, source: str) -> list[str]:
    with path.open("rb") as stream:
        return csv_rows.header_of(Reading(stream, source))


def _tables(path: Path, source: str, signature: Signature) -> Iterator[Table]:
    wanted = RowsWanted(signature=signature, source=source)
    with path.open("rb") as stream:
        rows = csv_rows.opened(Reading(stream, source), wanted)
        for chunk in rows.chunks:
            if chunk.misfits:
                raise refusal(source, chunk.misfits, rows.counted)
            yield chunk.table


def _lines_of(path: Path, places: list[int]) -> list[int]:
    """Return on which lines of a CSV file rows end."""
    with path.open(encoding="utf-8-sig", newline="") as stream:
        reader = csv.reader(stream)
        ends = (reader.line_num for cells in reader if cells)
        lines = list(islice(ends, places[-1] + 2))
    return [lines[place + 1] for place in places]
