"""Write a table as Parquet, a group of rows at a time."""

from itertools import islice
from typing import Any, BinaryIO

from mltrack.errors import MissingExtraError
from mltrack.exporters.tables import Kind, Table, typed

_ROWS = 20_000


def write_parquet(table: Table, output: BinaryIO) -> int:
    """Write a table, and return how many rows there were.

    Raises:
        MissingExtraError: pyarrow is not installed.
    """
    try:
        import pyarrow as pa
        from pyarrow import parquet
    except ImportError:
        raise MissingExtraError("pyarrow", extra="parquet", feature="Parquet") from None
    schema = pa.schema([(name, _types()[kind]) for name, kind in _named(table)])
    rows, count = table.rows(), 0
    with parquet.ParquetWriter(output, schema) as writer:
        while some := list(islice(rows, _ROWS)):
            columns = [
                pa.array([typed(kind, row[n]) for row in some], type=_types()[kind])
                for n, (_, kind) in enumerate(table.columns)
            ]
            writer.write_table(pa.Table.from_arrays(columns, schema=schema))
            count += len(some)
    return count


def _named(table: Table) -> list[tuple[str, Kind]]:
    """Return the columns, each name as a text that Parquet can hold."""
    return [(typed(Kind.TEXT, name), kind) for name, kind in table.columns]


def _types() -> dict[Kind, Any]:
    import pyarrow as pa

    return {
        Kind.BOOLEAN: pa.bool_(),
        Kind.INTEGER: pa.int64(),
        Kind.NUMBER: pa.float64(),
        Kind.TEXT: pa.string(),
        Kind.TIME: pa.timestamp("ms", tz="UTC"),
    }
