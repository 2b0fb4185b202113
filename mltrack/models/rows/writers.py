"""Write columns to a file a chunk at a time: CSV, JSON lines or Parquet."""

import csv
import io
import json
from collections.abc import Mapping
from typing import Any, BinaryIO, Protocol

import numpy as np

from mltrack.models.rows.formats import RowsFormat
from mltrack.models.rows.outputs import listed, plain

Columns = Mapping[str, Any]
"""Arrays of numpy or pyarrow by name, all of one length."""


class Writer(Protocol):
    """What writes one file."""

    def write(self, columns: Columns) -> None:
        """Write some rows; each time they have the same columns."""

    def close(self) -> None:
        """Write what ends the file; the stream stays open."""


def writer_of(kind: RowsFormat, stream: BinaryIO) -> Writer:
    """Return what writes a format to a stream."""
    if kind is RowsFormat.CSV:
        return _Csv(stream)
    if kind is RowsFormat.JSONL:
        return _Jsonl(stream)
    from mltrack.models.rows.parquet_writer import ParquetWriter

    return ParquetWriter(stream)


class _Csv:
    """CSV with a header, in UTF-8; a float is written with all its digits."""

    def __init__(self, stream: BinaryIO) -> None:
        self._stream = stream
        self._begun = False

    def write(self, columns: Columns) -> None:
        """Write some rows, at first the header."""
        text = io.StringIO()
        writer = csv.writer(text, lineterminator="\n")
        if not self._begun:
            writer.writerow(columns)
            self._begun = True
        writer.writerows(zip(*map(_cells, columns.values()), strict=True))
        self._stream.write(text.getvalue().encode())

    def close(self) -> None:
        """Write nothing more: the last row ends with its line."""


def _cells(values: Any) -> list[Any]:  # noqa: ANN401 - an array
    cells = listed(values)
    return cells if _is_simple(values) else [_cell(value) for value in cells]


def _is_simple(values: Any) -> bool:  # noqa: ANN401 - an array
    """Tell whether a column holds nothing that CSV has no form for."""
    if isinstance(values, np.ndarray):
        return values.ndim == 1 and values.dtype.kind in "biufUT"
    return f"{values.type}" in {"string", "int64", "double", "bool"}


def _cell(value: object) -> object:
    if value is None or isinstance(value, str | int | float):
        return value
    found = plain(value)
    return json.dumps(found) if isinstance(found, list | dict) else found


class _Jsonl:
    """One JSON object a line, in ASCII."""

    def __init__(self, stream: BinaryIO) -> None:
        self._stream = stream

    def write(self, columns: Columns) -> None:
        """Write some rows."""
        encode = json.JSONEncoder(allow_nan=False).encode
        names = list(columns)
        cells = [map(plain, listed(values)) for values in columns.values()]
        lines = [encode(dict(zip(names, row, strict=True))) for row in zip(*cells, strict=True)]
        self._stream.write("".join(f"{line}\n" for line in lines).encode())

    def close(self) -> None:
        """Write nothing more: the last row ends with its line."""
