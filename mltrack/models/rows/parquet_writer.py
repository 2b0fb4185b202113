"""Write columns as Parquet; the first rows decide on the types."""

from collections.abc import Mapping
from typing import Any, BinaryIO

import numpy as np

from mltrack.errors import UsageError


class ParquetWriter:
    """What writes one Parquet file: a group of rows for each chunk."""

    def __init__(self, stream: BinaryIO) -> None:
        self._stream = stream
        self._writer: Any = None

    def write(self, columns: Mapping[str, Any]) -> None:
        """Write some rows.

        Raises:
            UsageError: a column holds values of another type than in the rows before.
        """
        import pyarrow as pa
        from pyarrow import parquet

        arrays = {name: _arrow(name, values) for name, values in columns.items()}
        if self._writer is None:
            schema = pa.schema([(name, _kept_type(array.type)) for name, array in arrays.items()])
            self._writer = parquet.ParquetWriter(self._stream, schema)
        schema = self._writer.schema
        cast = [_cast(array, schema.field(name)) for name, array in arrays.items()]
        self._writer.write_table(pa.Table.from_arrays(cast, schema=schema))

    def close(self) -> None:
        """Write the end of the file, without which it cannot be read."""
        if self._writer is not None:
            self._writer.close()


def _arrow(name: str, values: Any) -> Any:  # noqa: ANN401 - arrays of two libraries
    import pyarrow as pa

    if not isinstance(values, np.ndarray):
        return values
    try:
        if values.ndim == 1:
            return pa.array(values, from_pandas=values.dtype.kind == "O")
        return pa.array(values.tolist(), type=_nested(values))
    except (pa.ArrowException, TypeError) as error:
        raise _untyped(name) from error


def _nested(values: Any) -> Any:  # noqa: ANN401 - an array, a type of pyarrow
    import pyarrow as pa

    kind = pa.from_numpy_dtype(values.dtype)
    for _ in range(values.ndim - 1):
        kind = pa.list_(kind)
    return kind


def _kept_type(kind: Any) -> Any:  # noqa: ANN401 - pyarrow's
    """Return the type of a column; where nothing is known of it yet, that is text."""
    import pyarrow as pa

    return pa.string() if pa.types.is_null(kind) else kind


def _cast(array: Any, field: Any) -> Any:  # noqa: ANN401 - pyarrow's
    import pyarrow as pa

    if array.type == field.type:
        return array
    try:
        return array.cast(field.type)
    except pa.ArrowException as error:
        raise _untyped(field.name) from error


def _untyped(name: str) -> UsageError:
    return UsageError(
        f"column {name!r} holds values of several types",
        why="Parquet has one type for a column",
        fix="write JSON lines instead: --output-format jsonl",
    )
