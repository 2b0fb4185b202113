"""Read plain blocks of CSV with pyarrow."""

import io
from collections.abc import Callable, Sequence
from typing import Any

import numpy as np

from mltrack.models.entities import Column, ColumnType
from mltrack.models.rows.csv_checks import Fast, checked
from mltrack.models.rows.values import FLOATS, INTEGERS
from mltrack.models.signature.columns import Values

Read = Callable[[bytes], Any]


def arrow_reader(columns: Sequence[tuple[int, Column]], kept: Sequence[int], width: int) -> Fast:
    """Return what reads blocks: columns as arrays, those that are copied as pyarrow's text."""
    import pyarrow as pa

    read = _reader(width, [(position, _type_of(column)) for position, column in columns])
    copied = _reader(width, [(position, pa.string()) for position in kept]) if kept else None

    whole = any(column.type in INTEGERS for _, column in columns)

    def fast(data: bytes) -> tuple[list[Values], list[Any]] | None:
        if whole and _may_be_hexadecimal(data):
            return None
        try:
            table = read(data)
            texts = copied(data).columns if copied else []
        except pa.ArrowInvalid:
            return None
        arrays = []
        for (_, column), values in zip(columns, table.columns, strict=True):
            array = _array(column, values, data)
            if array is None:
                return None
            arrays.append(array)
        return arrays, [values.combine_chunks() for values in texts]

    return fast


def _may_be_hexadecimal(data: bytes) -> bool:
    """Tell whether 0x1F may stand somewhere, which pyarrow takes for an integer."""
    return any(x in data and b"0" + x in data for x in (b"x", b"X"))


def _type_of(column: Column) -> Any:  # noqa: ANN401 - pyarrow's
    import pyarrow as pa

    kind = column.type
    if kind in FLOATS or (kind in INTEGERS and column.nullable):
        return pa.float64()
    if kind in INTEGERS:
        return pa.uint64() if kind is ColumnType.UINT64 else pa.int64()
    return {
        ColumnType.BOOL: pa.bool_(),
        ColumnType.DATETIME: pa.timestamp("us"),
        ColumnType.STR: pa.string(),
    }[kind]


def _reader(width: int, wanted: Sequence[tuple[int, Any]]) -> Read:
    from pyarrow import csv

    names = [f"c{position}" for position in range(width)]
    convert = csv.ConvertOptions(
        column_types={names[position]: kind for position, kind in wanted},
        include_columns=[names[position] for position, _ in wanted],
        null_values=[""],
        true_values=["true", "True", "TRUE"],
        false_values=["false", "False", "FALSE"],
        strings_can_be_null=True,
    )
    parse = csv.ParseOptions(newlines_in_values=True)

    def read(data: bytes) -> Any:  # noqa: ANN401 - pyarrow's
        whole = csv.ReadOptions(column_names=names, use_threads=False, block_size=len(data) + 1)
        return csv.read_csv(io.BytesIO(data), whole, parse, convert)

    return read


def _array(column: Column, values: Any, data: bytes) -> Values | None:  # noqa: ANN401 - pyarrow's
    if values.null_count and not column.nullable:
        return None
    array = np.array(values.to_numpy())
    if column.type is ColumnType.STR and values.null_count:
        array[values.is_null().to_numpy()] = np.nan
    return checked(column, array, data, values.null_count)
