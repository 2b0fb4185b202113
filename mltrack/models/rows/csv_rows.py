"""Read rows for a prediction from CSV, typed as the signature says, a bounded number at a time."""

import csv
import datetime
import math
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from itertools import islice
from typing import BinaryIO, NamedTuple

import numpy as np

from mltrack.errors import UsageError
from mltrack.models.entities import Column, ColumnType, Signature
from mltrack.models.signature.columns import Table, Values, object_array
from mltrack.models.signature.enforce import misfit, positions_of

CHUNK_ROWS = 50_000
MAX_LINE_BYTES = 16 * 1024 * 1024
_BOOLS = {"true": True, "false": False}


class Row(NamedTuple):
    """The cells of one row and the line on which it ends."""

    line: int
    cells: list[str]


@dataclass(frozen=True, slots=True, kw_only=True)
class RowsFile:
    """A CSV file whose header fits a signature."""

    source: str
    notes: tuple[str, ...]
    """Which columns are left out."""
    chunks: Iterator[Table]
    """The rows, at most `CHUNK_ROWS` in a table; read once."""


def opened(stream: BinaryIO, signature: Signature, source: str) -> RowsFile:
    """Read the header of a CSV file and return its rows, to be read as they are asked for.

    Args:
        stream: the file's bytes: UTF-8, with or without a byte order mark.
        signature: what the model takes.
        source: what errors call the file.

    Raises:
        UsageError: here or while the rows are read: the file is empty, not UTF-8 or no CSV; a
            column is missing; a cell is not what the signature says. Cells are named by line.
    """
    _refuse_unknown_types(signature)
    rows = _rows(stream, source)
    header = next(rows, None)
    if header is None:
        raise UsageError(f"{source} is empty", fix="give a CSV file with a header line")
    positions, notes = _positions(signature, header.cells, source)
    tables = _tables(rows, len(header.cells), (signature, positions), source)
    return RowsFile(source=source, notes=notes, chunks=tables)


def header_of(stream: BinaryIO, source: str) -> list[str]:
    """Return the names of the columns of a CSV file.

    Raises:
        UsageError: it is empty, not UTF-8 or no CSV.
    """
    header = next(_rows(stream, source), None)
    if header is None:
        raise UsageError(f"{source} is empty", fix="give a CSV file with a header line")
    return header.cells


def _refuse_unknown_types(signature: Signature) -> None:
    unknown = [column.name for column in signature.inputs if column.type is ColumnType.ANY]
    if unknown:
        raise UsageError(
            f"the model does not say what its column {unknown[0]!r} holds",
            why="a CSV file holds text alone, so a type is needed to read it",
            fix="save the model again with inputs=your_training_data",
        )


def _positions(
    signature: Signature, names: list[str], source: str
) -> tuple[list[int], tuple[str, ...]]:
    try:
        return positions_of(signature, names, len(names))
    except UsageError as error:
        raise UsageError(f"{source}: {error.message}", why=error.why) from None


def _rows(stream: BinaryIO, source: str) -> Iterator[Row]:
    """Yield the rows that are not blank."""
    reader = csv.reader(_lines(stream, source), strict=True)
    while True:
        try:
            cells = next(reader)
        except StopIteration:
            return
        except csv.Error as error:
            raise UsageError(f"{source}:{reader.line_num}: {error}") from None
        if cells:
            yield Row(reader.line_num, cells)


def _lines(stream: BinaryIO, source: str) -> Iterator[str]:
    number = 0
    while data := stream.readline(MAX_LINE_BYTES + 1):
        number += 1
        if len(data) > MAX_LINE_BYTES:
            raise UsageError(
                f"{source}:{number}: the line is longer than {MAX_LINE_BYTES // 2**20} MiB"
            )
        try:
            yield data.decode("utf-8-sig" if number == 1 else "utf-8")
        except UnicodeDecodeError as error:
            raise UsageError(
                f"{source}:{number} is not UTF-8: {error.reason}", fix="save the file as UTF-8"
            ) from None


def _tables(
    rows: Iterator[Row], width: int, wanted: tuple[Signature, list[int]], source: str
) -> Iterator[Table]:
    signature, positions = wanted
    while chunk := list(islice(rows, CHUNK_ROWS)):
        for row in chunk:
            if len(row.cells) != width:
                raise UsageError(
                    f"{source}:{row.line}: the row has {len(row.cells)} cells, the header {width}"
                )
        columns = tuple(
            _column(column, position, chunk, source)
            for column, position in zip(signature.inputs, positions, strict=True)
        )
        yield Table.promised(signature, columns)


def _column(column: Column, position: int, chunk: Sequence[Row], source: str) -> Values:
    """Return the typed values of one column."""
    read, gone = _READERS[column.type]
    values: list[object] = []
    for row in chunk:
        cell = row.cells[position]
        try:
            value = read(cell) if cell else gone
        except ValueError:
            raise _misfit(column, row, source, cell) from None
        if value is gone or value != value:  # noqa: PLR0124 - NaN alone is not itself
            value = gone
            if not column.nullable:
                raise _misfit(column, row, source, None)
        values.append(value)
    return _array(column, values)


def _misfit(column: Column, row: Row, source: str, cell: str | None) -> UsageError:
    error = misfit(column, f"line {row.line}", cell)
    return UsageError(f"{source}: {error.message}")


def _array(column: Column, values: list[object]) -> Values:
    if column.type is ColumnType.INT64 and not column.nullable:
        return np.array(values, dtype=np.int64)
    if column.type in {ColumnType.INT64, ColumnType.FLOAT64}:
        return np.array(values, dtype=np.float64)
    if column.type is ColumnType.DATETIME:
        return np.array(values, dtype="datetime64[us]")
    if column.type is ColumnType.BOOL and not column.nullable:
        return np.array(values, dtype=bool)
    return object_array(values)


def _float(cell: str) -> float:
    if "_" in cell:
        raise ValueError(cell)
    return float(cell)


def _int(cell: str) -> int:
    """Read an integer of 64 bits, also as 5.0: so pandas writes a column with missing ones."""
    number = _float(cell)
    if not number.is_integer():
        raise ValueError(cell)
    value = int(cell) if cell.strip().lstrip("+-").isdigit() else int(number)
    if not -(2**63) <= value < 2**63:
        raise ValueError(cell)
    return value


def _bool(cell: str) -> bool:
    try:
        return _BOOLS[cell.strip().lower()]
    except KeyError:
        raise ValueError(cell) from None


def _datetime(cell: str) -> datetime.datetime:
    """Read a time of ISO 8601; one with an offset becomes UTC, as numpy has no zones."""
    moment = datetime.datetime.fromisoformat(cell.strip())
    return moment.astimezone(datetime.UTC).replace(tzinfo=None) if moment.tzinfo else moment


_READERS: dict[ColumnType, tuple[Callable[[str], object], object]] = {
    ColumnType.BOOL: (_bool, math.nan),
    ColumnType.INT64: (_int, math.nan),
    ColumnType.FLOAT64: (_float, math.nan),
    ColumnType.STR: (str, math.nan),
    ColumnType.DATETIME: (_datetime, None),
}
