"""Read columns of Parquet as the types that a model takes."""

from collections.abc import Sequence
from typing import Any

import numpy as np

from mltrack.models.canonical import canonical
from mltrack.models.entities import Column, ColumnType, Layout
from mltrack.models.rows import numbers, values
from mltrack.models.rows.misfits import NO_VALUE, no_such
from mltrack.models.rows.typed import Problems, array_of, read_values, without
from mltrack.models.signature.columns import Values

Array = Any
"""An array of pyarrow."""


def is_taken(column: Column, kind: Any) -> bool:  # noqa: ANN401 - pyarrow's
    """Tell whether a column of some type of pyarrow can be read for a column of a model."""
    from pyarrow import types

    if types.is_dictionary(kind):
        kind = kind.value_type
    if column.type is ColumnType.ANY or types.is_null(kind):
        return True
    if column.shape:
        return any(
            test(kind) for test in (types.is_list, types.is_large_list, types.is_fixed_size_list)
        )
    if column.type in values.INTEGERS:
        return bool(types.is_integer(kind) or (types.is_floating(kind) and column.nullable))
    if column.type in values.FLOATS:
        wide = np.dtype(column.type.value).itemsize * 8
        return bool(types.is_integer(kind) or (types.is_floating(kind) and kind.bit_width <= wide))
    tests = {
        ColumnType.BOOL: (types.is_boolean,),
        ColumnType.STR: (types.is_string, types.is_large_string, types.is_string_view),
        ColumnType.DATETIME: (types.is_timestamp, types.is_date),
        ColumnType.BYTES: (types.is_binary, types.is_large_binary, types.is_fixed_size_binary),
    }
    return any(test(kind) for test in tests[column.type])


def read_column(column: Column, array: Array, problems: Problems) -> Sequence[Any] | Values:
    """Return the values of a column, and note where one does not fit.

    Args:
        column: the column.
        array: what the file has, of a type that `is_taken`.
        problems: those of the rows so far, to which those of the column are added.
    """
    if hasattr(array, "dictionary_decode"):
        array = array.dictionary_decode()
    if column.shape or column.type in {ColumnType.ANY, ColumnType.BYTES}:
        read = values.reader_of(column) if column.shape else _as_it_is
        return read_values(column, array.to_pylist(), read, problems)
    found, gone = _plain(array)
    if not column.nullable:
        for place in np.flatnonzero(gone).tolist():
            problems.setdefault(place, (column.name, NO_VALUE))
    if column.type in values.INTEGERS | values.FLOATS:
        for place in np.flatnonzero(numbers.misfits(column, found, gone)).tolist():
            problems.setdefault(place, (column.name, no_such(column, found[place].item())))
        return np.ma.array(found, mask=gone)
    return found


def _as_it_is(value: object) -> object:
    return value


def _plain(array: Array) -> tuple[Values, Values]:
    """Return a column as a numpy array, and where a value is missing."""
    from pyarrow import types

    gone = array.is_null().to_numpy(zero_copy_only=False)
    if types.is_null(array.type):
        return np.full(len(array), np.nan), gone
    if types.is_integer(array.type):
        return array.fill_null(0).to_numpy(), gone
    found = array.to_numpy(zero_copy_only=False)
    if types.is_floating(array.type):
        gone = gone | np.isnan(found)
    return found, gone


def fitting_values(
    column: Column, found: Sequence[Any] | Values, fits: Values, layout: Layout
) -> Values:
    """Return the values of the rows that fit, as the model takes them."""
    if isinstance(found, list):
        misfits: Problems = dict.fromkeys(np.flatnonzero(~fits).tolist(), ("", ""))
        return array_of(column, without(found, misfits), layout)
    if isinstance(found, np.ma.MaskedArray):
        chosen = found[fits]
        return numbers.fitted(column, chosen.data, np.ma.getmaskarray(chosen))
    return canonical(found[fits], column.type.value, nullable=column.nullable)
