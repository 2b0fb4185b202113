"""Hold rows against a signature: find the columns, widen what is safe, name what does not fit."""

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np

from mltrack.errors import UsageError
from mltrack.models.entities import Column, ColumnType, Layout, Signature
from mltrack.models.signature.columns import (
    Data,
    Table,
    Values,
    missing,
    table_of,
    type_of,
    type_of_value,
)

_SHOWN = 10
_KEPT_AS_GIVEN = {ColumnType.STR, ColumnType.DATETIME}


class Fitting(NamedTuple):
    """Rows that fit a signature, and what was left out to make them fit."""

    table: Table
    notes: tuple[str, ...]


def fitted(signature: Signature, data: Data) -> Fitting:
    """Return the rows as the model was promised them.

    Raises:
        UsageError: a column is missing, or a value is not what the signature says.
    """
    table = table_of(data)
    positions, notes = positions_of(signature, table.names, len(table.columns))
    columns = tuple(
        _fitted_column(column, table.columns[position])
        for column, position in zip(signature.inputs, positions, strict=True)
    )
    return Fitting(Table.promised(signature, columns), notes)


def positions_of(
    signature: Signature, names: Sequence[str] | None, count: int
) -> tuple[list[int], tuple[str, ...]]:
    """Return where the signature's columns stand in the data, and a note on those not needed.

    Args:
        signature: what the model takes.
        names: the names of the data's columns; None where they have none.
        count: how many columns the data has.

    Raises:
        UsageError: a column is missing or there twice, or the count differs.
    """
    wanted = [column.name for column in signature.inputs]
    if names is None or signature.layout is not Layout.NAMED:
        if count != len(wanted):
            raise UsageError(f"the model takes {len(wanted)} columns, the data has {count}")
        return list(range(count)), ()
    lacking = [name for name in wanted if name not in names]
    if lacking:
        raise UsageError(
            f"the data lacks the {_columns(lacking)}", why=f"it has {_shown(list(names))}"
        )
    for name in wanted:
        if list(names).count(name) > 1:
            raise UsageError(f"the data has two columns called {name!r}")
    extra = [name for name in names if name not in wanted]
    notes = (f"left out, since the model does not take it: {_columns(extra)}",) if extra else ()
    return [list(names).index(name) for name in wanted], notes


def _columns(names: list[str]) -> str:
    return f"column{'s' if len(names) > 1 else ''} {_shown(names)}"


def _shown(names: list[str]) -> str:
    more = f" and {len(names) - _SHOWN} more" if len(names) > _SHOWN else ""
    return ", ".join(names[:_SHOWN]) + more


def _fitted_column(column: Column, values: Values) -> Values:
    if column.type is ColumnType.ANY:
        return values
    gone = missing(values)
    if gone.any() and not column.nullable:
        raise misfit(column, f"row {int(gone.argmax())}", None)
    array = np.asarray(values)
    found = column.type if gone.all() else type_of(values)
    if found is column.type:
        as_it_is = array.dtype.kind != "O" or column.type in _KEPT_AS_GIVEN
        return values if as_it_is else _cast(column.type, array, gone)
    if found is ColumnType.INT64 and column.type is ColumnType.FLOAT64:
        return _cast(column.type, array, gone)
    if column.type is ColumnType.INT64 and column.nullable and _is_whole(array, gone):
        return _cast(column.type, array, gone)
    row = _first_misfit(column, array, gone)
    raise misfit(column, f"row {row}", array[row])


def _cast(kind: ColumnType, array: Values, gone: Values) -> Values:
    if kind is ColumnType.INT64 and not gone.any():
        return array.astype(np.int64)
    if kind in {ColumnType.INT64, ColumnType.FLOAT64}:
        return np.where(gone, np.nan, array).astype(np.float64)
    if kind is ColumnType.BOOL and not gone.any():
        return array.astype(bool)
    return array


def _is_whole(array: Values, gone: Values) -> bool:
    """Tell whether floats are integers, which is how a column with missing ones arrives."""
    present = array[~gone]
    return type_of(present) is ColumnType.FLOAT64 and bool(
        np.all(np.mod(present.astype(np.float64), 1) == 0)
    )


def _first_misfit(column: Column, array: Values, gone: Values) -> int:
    for row, value in enumerate(array):
        kind = type_of_value(type(value))
        widens = kind is ColumnType.INT64 and column.type is ColumnType.FLOAT64
        if not gone[row] and kind is not column.type and not widens:
            return row
    return 0


def misfit(column: Column, where: str, value: object) -> UsageError:
    """Return the error for a value that a column cannot take; None stands for no value."""
    if value is None:
        return UsageError(f"column {column.name!r}, {where}: there is no value, and one is needed")
    return UsageError(f"column {column.name!r}, {where}: {_cut(value)} is no {column.type}")


def _cut(value: object) -> str:
    text = repr(value.item() if isinstance(value, np.generic) else value)
    return text if len(text) <= 60 else f"{text[:60]}..."  # noqa: PLR2004 - a width
