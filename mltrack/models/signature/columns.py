"""Rows as columns and back: from whatever a user holds them in to what a framework takes."""

import datetime
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from mltrack.errors import UsageError
from mltrack.models import loader
from mltrack.models.entities import ColumnType, Layout, Signature

_KINDS = {
    "b": ColumnType.BOOL,
    "i": ColumnType.INT64,
    "u": ColumnType.INT64,
    "f": ColumnType.FLOAT64,
    "U": ColumnType.STR,
    "T": ColumnType.STR,
    "M": ColumnType.DATETIME,
}
_NUMBERS = {ColumnType.INT64, ColumnType.FLOAT64}
_ROWS_AND_COLUMNS = 2

Data = Any
"""A pandas DataFrame or Series, a numpy array, or a list of rows (lists, or mappings by name)."""
Values = Any
"""The values of one column: a pandas Series, or a numpy array of one dimension."""


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
    """Return the columns of what a user gave.

    Raises:
        UsageError: it is none of the things that hold rows.
    """
    if isinstance(data, Table):
        return data
    if _is_pandas(data, "DataFrame"):
        positions = range(data.shape[1])
        return Table(
            names=tuple(str(name) for name in data.columns),
            columns=tuple(data.iloc[:, position] for position in positions),
            layout=Layout.NAMED,
        )
    if _is_pandas(data, "Series"):
        return Table(names=None, columns=(data,), layout=Layout.SINGLE)
    if isinstance(data, Sequence) and not isinstance(data, str | bytes):
        return _of_rows(data)
    if isinstance(data, np.ndarray) and data.ndim == 1:
        return Table(names=None, columns=(data,), layout=Layout.SINGLE)
    if isinstance(data, np.ndarray) and data.ndim == _ROWS_AND_COLUMNS:
        return Table(names=None, columns=tuple(data.T), layout=Layout.POSITIONS)
    shape = f" of shape {data.shape}" if isinstance(data, np.ndarray) else ""
    raise UsageError(
        f"a {type(data).__name__}{shape} holds no rows",
        fix="give a pandas DataFrame, a numpy array of two dimensions, or a list of rows",
    )


def _is_pandas(data: object, kind: str) -> bool:
    return any(
        c.__name__ == kind and c.__module__.split(".")[0] == "pandas" for c in type(data).__mro__
    )


def _of_rows(rows: Sequence[Any]) -> Table:
    if not rows:
        raise UsageError("there are no rows")
    first = rows[0]
    if isinstance(first, Mapping):
        names = tuple(str(name) for name in first)
        values = [_values_of(row, names, number) for number, row in enumerate(rows)]
        return Table(names=names, columns=_turned(values), layout=Layout.NAMED)
    if isinstance(first, Sequence | np.ndarray) and not isinstance(first, str | bytes):
        return Table(
            names=None, columns=_turned([list(row) for row in rows]), layout=Layout.POSITIONS
        )
    return Table(names=None, columns=(object_array(rows),), layout=Layout.SINGLE)


def _values_of(row: Mapping[str, Any], names: tuple[str, ...], number: int) -> list[Any]:
    if set(row) != set(names):
        odd = ", ".join(sorted({str(key) for key in row} ^ set(names)))
        raise UsageError(f"row {number} has other columns than row 0: {odd}")
    return [row[name] for name in names]


def _turned(rows: list[list[Any]]) -> tuple[Values, ...]:
    width = len(rows[0])
    for number, row in enumerate(rows):
        if len(row) != width:
            raise UsageError(f"row {number} has {len(row)} values, row 0 has {width}")
    return tuple(object_array([row[i] for row in rows]) for i in range(width))


def rows_of(data: Any) -> Any:  # noqa: ANN401 - whatever the framework takes
    """Return the rows of a table as a framework takes them; anything else as it is."""
    if not isinstance(data, Table):
        return data
    return loader.rows_of(data.layout, data.names or (), data.columns)


def object_array(values: Sequence[Any]) -> Values:
    """Return an array that holds values as they are, whatever their types."""
    array = np.empty(len(values), dtype=object)
    array[:] = values
    return array


def missing(values: Values) -> Values:
    """Return an array of bools: where a value is missing."""
    if hasattr(values, "isna"):
        return np.asarray(values.isna(), dtype=bool)
    if values.dtype.kind in "fcM":
        return np.isnan(values) if values.dtype.kind != "M" else np.isnat(values)
    if values.dtype.kind != "O":
        return np.zeros(len(values), dtype=bool)
    return np.fromiter((_is_missing(value) for value in values), dtype=bool, count=len(values))


def _is_missing(value: object) -> bool:
    if value is None or type(value).__name__ in {"NAType", "NaTType"}:
        return True
    return isinstance(value, float | np.floating) and bool(value != value)  # noqa: PLR0124 - NaN alone


def type_of(values: Values) -> ColumnType | None:
    """Return what all values that are not missing are; None for no value or several types."""
    if values.dtype.kind != "O":
        return _KINDS.get(values.dtype.kind)
    present = np.asarray(values)[~missing(values)]
    found = {type_of_value(kind) for kind in set(map(type, present))}
    if found and found <= _NUMBERS:
        return ColumnType.FLOAT64 if ColumnType.FLOAT64 in found else ColumnType.INT64
    return found.pop() if len(found) == 1 else None


def type_of_value(kind: type) -> ColumnType | None:
    """Return the type of a column for the type of one of its values."""
    if issubclass(kind, bool | np.bool_):
        return ColumnType.BOOL
    if issubclass(kind, int | np.integer):
        return ColumnType.INT64
    if issubclass(kind, float | np.floating):
        return ColumnType.FLOAT64
    if issubclass(kind, str):
        return ColumnType.STR
    if issubclass(kind, datetime.datetime | np.datetime64):
        return ColumnType.DATETIME
    return None
