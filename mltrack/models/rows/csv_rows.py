"""Read rows for a prediction from CSV, typed as the signature says, a bounded number at a time."""

import io
from collections.abc import Iterator
from dataclasses import replace

from mltrack.errors import UsageError
from mltrack.models.entities import ColumnType, Signature
from mltrack.models.plain import object_array
from mltrack.models.rows import cells, csv_fast
from mltrack.models.rows.chunks import Chunk, Notes, RowsFile, Wanted
from mltrack.models.rows.columns import Found, found
from mltrack.models.rows.csv_blocks import Block, Blocks
from mltrack.models.rows.csv_checks import Fast
from mltrack.models.rows.csv_records import Record, Records
from mltrack.models.rows.misfits import Misfit, named
from mltrack.models.rows.reading import Reading
from mltrack.models.rows.spreading import gathered, spread
from mltrack.models.rows.typed import read_table, without
from mltrack.models.signature.columns import Table


def header_of(reading: Reading) -> list[str]:
    """Return the names of the columns of a CSV file.

    Raises:
        UsageError: it is empty, not UTF-8 or no CSV.
    """
    return _header(Records(reading), reading.source)


def _header(records: Records, source: str) -> list[str]:
    header = next(records, None)
    if header is None:
        raise UsageError(f"{source} is empty", fix="give a CSV file with a header line")
    return header.cells


def opened(reading: Reading, wanted: Wanted) -> RowsFile:
    """Read the header of a CSV file and return its rows, to be read as they are asked for.

    Args:
        reading: the file: UTF-8, with or without a byte order mark.
        wanted: what is read of it.

    Raises:
        UsageError: here or while the rows are read: the file is empty, not UTF-8 or no CSV, or a
            column is missing.
    """
    _refuse_unknown_types(wanted.signature)
    records = Records(reading)
    names = _header(records, wanted.source)
    numbers = spread(wanted.signature, len(names), len(wanted.keep))
    taken = replace(wanted, signature=numbers or wanted.signature)
    where = found(taken, names)
    chunks = RowsReader(taken, where, len(names)).chunks(reading, records.line)
    if numbers:
        chunks = (gathered(wanted.signature, chunk) for chunk in chunks)
    return RowsFile(chunks=chunks, notes=Notes(texts=[*where.notes]))


def _refuse_unknown_types(signature: Signature) -> None:
    unknown = [column.name for column in signature.inputs if column.type is ColumnType.ANY]
    if unknown:
        raise UsageError(
            f"the model does not say what its column {unknown[0]!r} holds",
            why="a CSV file holds text alone, so a type is needed to read it",
            fix="save the model again with inputs=your_training_data",
        )


class RowsReader:
    """What reads the rows of a file whose header is known."""

    def __init__(self, wanted: Wanted, where: Found, width: int) -> None:
        self._wanted = wanted
        self._where = where
        self._width = width
        self._readers = [cells.reader_of(column) for column in wanted.signature.inputs]
        self.fast = csv_fast.reader_for(wanted.signature, where.inputs, where.kept, width)

    def chunks(self, reading: Reading, line: int) -> Iterator[Chunk]:
        """Yield the rows from a line on."""
        if self.fast is not None:
            blocks = Blocks(reading, line)
            for block in blocks:
                yield from self._block(block, self.fast)
            line = blocks.line
        yield from self._exact(reading, line)

    def _block(self, block: Block, fast: Fast) -> Iterator[Chunk]:
        read = fast(block.data) if block.plain else None
        if read is None:
            yield from self._exact(Reading(io.BytesIO(block.data), self._wanted.source), block.line)
            return
        columns, kept = read
        table = Table.promised(self._wanted.signature, tuple(columns))
        if rows := len(columns[0]):
            yield Chunk(table=table, kept=tuple(kept), rows=rows, misfits=[])

    def _exact(self, reading: Reading, line: int) -> Iterator[Chunk]:
        records = Records(reading, line)
        while some := records.some():
            yield self._chunk(some)

    def _chunk(self, records: list[Record]) -> Chunk:
        ragged = [
            Misfit(line, "", f"the row has {len(row)} cells, the header {self._width}")
            for line, row in records
            if len(row) != self._width
        ]
        if ragged:
            records = [record for record in records if len(record.cells) == self._width]
        inputs = [[row[position] for _, row in records] for position in self._where.inputs]
        table, problems = read_table(self._wanted.signature, inputs, self._readers)
        misfits = named(problems, [line for line, _ in records])
        kept = tuple(
            object_array(without([row[position] or None for _, row in records], problems))
            for position in self._where.kept
        )
        return Chunk(
            table=table,
            kept=kept,
            rows=len(records) - len(misfits),
            misfits=sorted(ragged + misfits),
        )
