"""Hold rows against a signature: find the columns, widen what is safe, name what does not fit."""

from collections.abc import Callable, Sequence
from typing import Any, NamedTuple

import numpy as np

from mltrack.errors import UsageError, nearest
from mltrack.models.canonical import MisfitError, PackageError, canonical, shown
from mltrack.models.entities import Column, ColumnType, Layout, Signature
from mltrack.models.plain import object_array, plain_of
from mltrack.models.signature.columns import Data, Table, Values, table_of, tensors_of
from mltrack.models.tensors import tensor

_SHOWN = 10
_NANOSECONDS = 1000
_FINER_TIMES = "digits of column {} below a microsecond are cut off"


class Fitting(NamedTuple):
    """Rows that fit a signature, and what was left out to make them fit."""

    table: Table
    notes: tuple[str, ...]


def fitted(signature: Signature, data: Data) -> Fitting:
    """Return the rows as the model was promised them.

    Raises:
        UsageError: a column is missing, or a value is not what the signature says.
    """
    if signature.layout is Layout.TENSOR:
        return _fitted_tensors(signature, data)
    table = _as_lists(data) if _takes_lists(signature) else table_of(data)
    _refuse_deep(signature, table)
    positions, notes = positions_of(signature, table.names, len(table.columns))
    pairs = list(zip(signature.inputs, [table.columns[at] for at in positions], strict=True))
    columns = tuple(_fitted(canonical, column, values) for column, values in pairs)
    cut = tuple(_FINER_TIMES.format(c.name) for c, values in pairs if _is_finer(c, values))
    return Fitting(Table.promised(signature, columns), notes + cut)


def _takes_lists(signature: Signature) -> bool:
    return signature.layout is Layout.SINGLE and bool(signature.inputs[0].shape)


def _as_lists(data: Data) -> Table:
    """Return rows that are one list each."""
    if isinstance(data, Table) or not hasattr(data, "__len__"):
        return table_of(data)
    return Table(names=None, columns=(object_array(list(data)),), layout=Layout.SINGLE)


def _refuse_deep(signature: Signature, table: Table) -> None:
    if table.layout is Layout.TENSOR:
        raise UsageError(
            "the data has more than two dimensions",
            why=f"the model takes {len(signature.inputs)} columns",
        )


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
    by_name = signature.layout in {Layout.NAMED, Layout.TENSOR}
    if names is None or not by_name:
        if count != len(wanted):
            raise UsageError(f"the model takes {len(wanted)} columns, the data has {count}")
        return list(range(count)), ()
    places = {name: place for place, name in reversed(list(enumerate(names)))}
    lacking = [name for name in wanted if name not in places]
    extra = [name for name in names if name not in set(wanted)]
    if lacking:
        raise _lacking(lacking, list(names), extra)
    if len(places) < len(names):
        for name in wanted:
            if list(names).count(name) > 1:
                raise UsageError(f"the data has two columns called {name!r}")
    notes = (f"left out, since the model does not take it: {_columns(extra)}",) if extra else ()
    return [places[name] for name in wanted], notes


def _lacking(lacking: list[str], names: list[str], extra: list[str]) -> UsageError:
    """Return the error for missing columns, with the names that may be slips of theirs."""
    told = [f"{name}{nearest(name, extra)}" for name in lacking[:_SHOWN]]
    told += lacking[_SHOWN:]
    return UsageError(f"the data lacks the {_columns(told)}", why=f"it has {_shown(names)}")


def _columns(names: list[str]) -> str:
    return f"column{'s' if len(names) > 1 else ''} {_shown(names)}"


def _shown(names: list[str]) -> str:
    more = f" and {len(names) - _SHOWN} more" if len(names) > _SHOWN else ""
    return ", ".join(names[:_SHOWN]) + more


def _fitted(shaped: Callable[..., Any], column: Column, values: Values) -> Values:
    """Return the values of a column as the model is given them.

    Raises:
        UsageError: one of them is not what the signature says.
    """
    try:
        return shaped(values, str(column.type), nullable=column.nullable, shape=column.shape)
    except PackageError as error:
        where = f"column {column.name!r}, " if column.name else ""
        why = error.why if isinstance(error, MisfitError) else ""
        raise UsageError(f"{where}{error}", why=why) from None


def _is_finer(column: Column, values: Values) -> bool:
    """Tell whether times have digits that are cut off."""
    if column.type is not ColumnType.DATETIME or column.shape:
        return False
    array = plain_of(values).array
    if array.dtype.kind != "M" or np.datetime_data(array.dtype) != ("ns", 1):
        return False
    times = array[~np.isnat(array)].astype(np.int64)
    return bool((times % _NANOSECONDS).any())


def _fitted_tensors(signature: Signature, data: Data) -> Fitting:
    wanted = [column.name for column in signature.inputs]
    table = table_of(data)
    if table.layout is not Layout.NAMED or wanted == [""]:
        table = tensors_of(data)
    count = len(table.columns)
    if wanted == [""] and count != 1:
        raise UsageError(f"the model takes one array, the data has {count}")
    names = wanted if len(wanted) == count == 1 else table.names
    positions, notes = positions_of(signature, names, count)
    columns = tuple(
        _fitted(tensor, column, table.columns[position])
        for column, position in zip(signature.inputs, positions, strict=True)
    )
    rows = {len(values) for values in columns}
    if len(rows) > 1:
        raise UsageError(f"the arrays differ in the number of their rows: {sorted(rows)}")
    return Fitting(Table.promised(signature, columns), notes)


def misfit(column: Column, where: str, value: object) -> UsageError:
    """Return the error for a value that a column cannot take; None stands for no value."""
    if value is None:
        return UsageError(f"column {column.name!r}, {where}: there is no value, and one is needed")
    return UsageError(f"column {column.name!r}, {where}: {shown(value)} is no {column.type}")
