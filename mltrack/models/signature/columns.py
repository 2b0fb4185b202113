"""Rows as columns and back: from whatever a user holds them in to what a framework takes."""

import dataclasses
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from mltrack.errors import UsageError
from mltrack.models import shaping
from mltrack.models.entities import Layout, Signature
from mltrack.models.plain import is_list, object_array, plain_of
from mltrack.models.signature.types import type_of

__all__ = ["object_array", "type_of"]
_ROWS_AND_COLUMNS = 2

Data = Any
"""What holds rows: a DataFrame or a Series of pandas or polars, an array, columns or arrays by
name, or a list of rows (mappings, dataclasses, named tuples, lists, or single values)."""
Values = Any
"""The values of one column: a Series of pandas or polars, or an array."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Table:
    """Columns of equal length; `names` is None where they are known by position only."""

    names: tuple[str, ...] | None
    columns: tuple[Values, ...]
    layout: Layout

    @classmethod
    def promised(cls, signature: Signature, columns: tuple[Values, ...]) -> "Table":
        """Return columns that fit a signature, laid out as it says."""
        names = tuple(column.name for column in signature.inputs)
        named = signature.layout in {Layout.NAMED, Layout.TENSOR}
        return cls(names=names if named else None, columns=columns, layout=signature.layout)


def table_of(data: Data) -> Table:
    """Return the columns of what a user gave; of arrays by name, the arrays.

    Raises:
        UsageError: it is none of the things that hold rows.
    """
    if isinstance(data, Table):
        return data
    if _is_frame(data):
        return _of_frame(data)
    if isinstance(data, Mapping):
        return _by_name({str(name): values for name, values in data.items()})
    if isinstance(data, Sequence) and not isinstance(data, str | bytes):
        return _of_rows(data)
    return _of_array(data)


def _of_array(data: Any) -> Table:  # noqa: ANN401 - a Series or an array
    shape = getattr(data, "shape", None)
    if not isinstance(shape, tuple) or not shape or not hasattr(data, "__array__"):
        raise UsageError(
            f"a {type(data).__name__} holds no rows",
            fix="give a DataFrame, an array, columns by name, or a list of rows",
        )
    if len(shape) == 1:
        return Table(names=None, columns=(data,), layout=Layout.SINGLE)
    if len(shape) == _ROWS_AND_COLUMNS:
        columns = data.T if isinstance(data, np.ndarray) else np.asarray(data).T
        return Table(names=None, columns=tuple(columns), layout=Layout.POSITIONS)
    return Table(names=("",), columns=(data,), layout=Layout.TENSOR)


def tensors_of(data: Data) -> Table:
    """Return what a user gave as one array whose first dimension is the rows, or several by name.

    Raises:
        UsageError: it is none of the things that hold rows, or no array can hold it.
    """
    table = table_of(data)
    if table.layout is Layout.TENSOR:
        return table
    if table.layout is Layout.NAMED and not _is_frame(data):
        return Table(names=table.names, columns=table.columns, layout=Layout.TENSOR)
    if _is_frame(data):
        array = np.column_stack([plain_of(values).filled() for values in table.columns])
    elif _is_series(data):
        array = plain_of(data).filled()
    else:
        array = data
    return Table(names=("",), columns=(array,), layout=Layout.TENSOR)


def _is_frame(data: object) -> bool:
    return _is_of(data, "DataFrame")


def _is_series(data: object) -> bool:
    return _is_of(data, "Series")


def _is_of(data: object, kind: str) -> bool:
    return any(
        base.__name__ == kind and base.__module__.partition(".")[0] in {"pandas", "polars"}
        for base in type(data).__mro__
    )


def _of_frame(data: Any) -> Table:  # noqa: ANN401 - a DataFrame of pandas or polars
    if hasattr(data, "iloc"):
        columns = tuple(data.iloc[:, position] for position in range(data.shape[1]))
    else:
        columns = tuple(data.get_columns())
    names = tuple(str(name) for name in data.columns)
    return Table(names=names, columns=columns, layout=Layout.NAMED)


def _by_name(data: Mapping[str, Values]) -> Table:
    columns = {name: _whole(name, values) for name, values in data.items()}
    counts = {name: len(values) for name, values in columns.items()}
    if len(set(counts.values())) > 1:
        told = ", ".join(f"{name} has {count}" for name, count in counts.items())
        raise UsageError(f"the columns differ in the number of their rows: {told}")
    tensors = any(getattr(values, "ndim", 1) > 1 for values in columns.values())
    return Table(
        names=tuple(columns),
        columns=tuple(columns.values()),
        layout=Layout.TENSOR if tensors else Layout.NAMED,
    )


def _whole(name: str, values: Values) -> Values:
    if _is_series(values) or getattr(values, "ndim", 0) > 0:
        return values
    if not isinstance(values, Sequence) or isinstance(values, str | bytes):
        raise UsageError(
            f"the column {name} is a {type(values).__name__} and holds no rows",
            fix="give each column as a list or an array, or the rows as a list of mappings",
        )
    return object_array(values)


def _of_rows(rows: Sequence[Any]) -> Table:
    if not rows:
        raise UsageError("there are no rows")
    names = _names_in(rows[0])
    if names is not None:
        values = [_values_of(row, names, number) for number, row in enumerate(rows)]
        return Table(names=names, columns=_turned(values), layout=Layout.NAMED)
    if is_list(rows[0]):
        return Table(
            names=None, columns=_turned([list(row) for row in rows]), layout=Layout.POSITIONS
        )
    return Table(names=None, columns=(object_array(rows),), layout=Layout.SINGLE)


def _names_in(row: Any) -> tuple[str, ...] | None:  # noqa: ANN401 - whatever a user has
    """Return the names that a row gives its values; None when it gives none."""
    if isinstance(row, Mapping):
        return tuple(str(name) for name in row)
    if dataclasses.is_dataclass(row):
        return tuple(field.name for field in dataclasses.fields(row))
    return getattr(row, "_fields", None) if isinstance(row, tuple) else None


def _values_of(row: Any, names: tuple[str, ...], number: int) -> list[Any]:  # noqa: ANN401
    found = _names_in(row) or ()
    if found != names and set(found) != set(names):
        odd = ", ".join(sorted(set(found) ^ set(names)))
        raise UsageError(f"row {number} has other columns than row 0: {odd}")
    if isinstance(row, Mapping):
        by_name = {str(name): value for name, value in row.items()}
        return [by_name[name] for name in names]
    return [getattr(row, name) for name in names]


def _turned(rows: list[list[Any]]) -> tuple[Values, ...]:
    width = len(rows[0])
    for number, row in enumerate(rows):
        if len(row) != width:
            raise UsageError(f"row {number} has {len(row)} values, row 0 has {width}")
    return tuple(object_array([row[i] for row in rows]) for i in range(width))


def missing(values: Values) -> Values:
    """Return an array of bools: where a value is missing."""
    plain = plain_of(values)
    return np.zeros(len(plain.array), dtype=bool) if plain.gone is None else plain.gone


def rows_of(data: Any) -> Any:  # noqa: ANN401 - whatever the framework takes
    """Return the rows of a table as a framework takes them; anything else as it is."""
    if not isinstance(data, Table):
        return data
    return shaping.rows_of(data.layout, data.names or (), data.columns)
