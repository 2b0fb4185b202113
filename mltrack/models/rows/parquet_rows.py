"""Read rows for a prediction from Parquet, a batch at a time."""

import contextlib
from collections.abc import Iterator, Sequence
from dataclasses import replace
from typing import Any, BinaryIO

import numpy as np

from mltrack.errors import UsageError
from mltrack.models.entities import Layout
from mltrack.models.rows.chunks import CHUNK_BYTES, CHUNK_ROWS, Chunk, Notes, RowsFile, Wanted
from mltrack.models.rows.columns import found
from mltrack.models.rows.misfits import named
from mltrack.models.rows.parquet_columns import fitting_values, is_taken, read_column
from mltrack.models.rows.spreading import gathered, spread
from mltrack.models.rows.typed import Problems, refuse_other_shapes
from mltrack.models.signature.columns import Table

_BUFFER_BYTES = 2**20


def opened(stream: BinaryIO, wanted: Wanted) -> RowsFile:
    """Read what a Parquet file says of itself and return its rows, to be read as asked for.

    Args:
        stream: the file, in which one can go back.
        wanted: what is read of it.

    Raises:
        UsageError: here or while the rows are read: the file is damaged, a column is missing or
            holds another type.
    """
    file = _file(stream, wanted.source)
    schema = file.schema_arrow
    numbers = spread(wanted.signature, len(schema.names), len(wanted.keep))
    taken = replace(wanted, signature=numbers or wanted.signature)
    where = found(taken, schema.names)
    _refuse_other_types(taken, [schema.field(place) for place in where.inputs])
    batches = _batches(file, wanted.source, [*where.inputs, *where.kept])
    chunks = _chunks(batches, taken, [schema.names[place] for place in where.inputs])
    if numbers:
        chunks = (gathered(wanted.signature, chunk) for chunk in chunks)
    return RowsFile(
        chunks=chunks,
        notes=Notes(texts=[*where.notes]),
        counted="row",
        far=lambda rows: (rows, file.metadata.num_rows, "rows"),
    )


def names_in(stream: BinaryIO, source: str) -> list[str]:
    """Return the names of the columns of a Parquet file.

    Raises:
        UsageError: it is damaged.
    """
    return list(_file(stream, source).schema_arrow.names)


def _file(stream: BinaryIO, source: str) -> Any:  # noqa: ANN401 - pyarrow's
    from pyarrow import parquet

    with _explained(source):
        return parquet.ParquetFile(stream, pre_buffer=False, buffer_size=_BUFFER_BYTES)


@contextlib.contextmanager
def _explained(source: str) -> Iterator[None]:
    import pyarrow as pa

    try:
        yield
    except (pa.ArrowException, OSError) as error:
        first = f"{error}".partition("\n")[0]
        raise UsageError(f"{source} cannot be read as Parquet: {first}") from None


def _refuse_other_types(wanted: Wanted, fields: Sequence[Any]) -> None:
    for column, field in zip(wanted.signature.inputs, fields, strict=True):
        if not is_taken(column, field.type):
            raise UsageError(
                f"{wanted.source}: column {field.name!r} holds {field.type}",
                why=f"the model takes {column.type}" + (" in lists" if column.shape else ""),
            )


def _batches(file: Any, source: str, places: Sequence[int]) -> Iterator[Any]:  # noqa: ANN401
    """Yield record batches that are no larger than a chunk of text would be."""
    groups = range(file.metadata.num_row_groups)
    size = sum(file.metadata.row_group(group).total_byte_size for group in groups)
    rows = CHUNK_BYTES * file.metadata.num_rows // max(size, 1)
    batches = file.iter_batches(
        batch_size=min(CHUNK_ROWS, max(rows, 1)),
        columns=list({file.schema_arrow.names[place] for place in places}),
        use_threads=False,
    )
    while True:
        with _explained(source):
            batch = next(batches, None)
        if batch is None:
            return
        yield batch


def _chunks(batches: Iterator[Any], wanted: Wanted, names: Sequence[str]) -> Iterator[Chunk]:
    row = 1
    for batch in batches:
        if batch.num_rows:
            yield _chunk(batch, range(row, row + batch.num_rows), wanted, names)
        row += batch.num_rows


def _chunk(batch: Any, rows: range, wanted: Wanted, names: Sequence[str]) -> Chunk:  # noqa: ANN401
    import pyarrow as pa

    signature = wanted.signature
    problems: Problems = {}
    read = [
        read_column(column, batch.column(name), problems)
        for column, name in zip(signature.inputs, names, strict=True)
    ]
    if signature.layout is Layout.TENSOR:
        for column, values in zip(signature.inputs, read, strict=True):
            refuse_other_shapes(column, values, problems)
    fits = np.ones(len(rows), dtype=bool)
    fits[list(problems)] = False
    columns = tuple(
        fitting_values(column, values, fits, signature.layout)
        for column, values in zip(signature.inputs, read, strict=True)
    )
    kept = tuple(batch.column(name).filter(pa.array(fits)) for name in wanted.keep)
    return Chunk(
        table=Table.promised(signature, columns),
        kept=kept,
        rows=len(rows) - len(problems),
        misfits=named(problems, rows),
    )
