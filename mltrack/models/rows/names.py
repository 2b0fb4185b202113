"""Which columns a file of rows has, before any row of it is read."""

import json

from mltrack.errors import UsageError
from mltrack.models.rows import csv_rows, parquet_rows, sources
from mltrack.models.rows.formats import RowsFormat
from mltrack.models.rows.reading import text_of


def names_in(source: sources.Source, name: str) -> list[str]:
    """Return the names of the columns; in JSON lines those of the first object.

    Args:
        source: the stream, at its beginning.
        name: what errors call it.

    Raises:
        UsageError: it is empty, or not of that format.
    """
    if source.format is RowsFormat.PARQUET:
        return parquet_rows.names_in(source.stream, name)
    reading = sources.text(source.stream, name)
    if source.format is RowsFormat.CSV:
        return csv_rows.header_of(reading)
    line = text_of(reading.line(1), 1, name)
    try:
        first = json.loads(line)
    except ValueError:
        first = None
    if not isinstance(first, dict):
        raise UsageError(f"{name}:1 is no JSON object", fix='write one a line: {"age": 41, "y": 1}')
    return list(first)
