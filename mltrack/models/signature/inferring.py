"""Find out which columns a model takes and gives, from data that is looked at and not kept."""

import warnings
from collections.abc import Callable, Mapping
from typing import Any

from mltrack.errors import UsageError
from mltrack.models.answer import Answer
from mltrack.models.canonical import MisfitError, PackageError, canonical
from mltrack.models.entities import Column, ColumnType, Layout, Signature
from mltrack.models.plain import plain_of
from mltrack.models.signature.columns import Data, Table, Values, table_of, tensors_of
from mltrack.models.signature.types import innermost, type_of
from mltrack.models.tensors import as_tensor, tensor

PREDICTION = "prediction"
SAMPLE_ROWS = 100
_SINGLE_NAME = "value"
_IN_LISTS = frozenset({ColumnType.BYTES, ColumnType.DATETIME, ColumnType.ANY})
"""What lists cannot hold: it would not come through JSON as it was."""


def from_data(data: Data, *, tensors: bool = False) -> Signature:
    """Return the signature that data shows.

    Args:
        data: rows.
        tensors: whether arrays of two dimensions are one tensor, and not columns.

    Raises:
        UsageError: a column holds no value, values of several types, or of a type without a name.
    """
    table = tensors_of(data) if tensors else table_of(data)
    names = table.names or _made_up(len(table.columns), single=table.layout is Layout.SINGLE)
    _refuse_duplicates(names)
    shown = _tensor if table.layout is Layout.TENSOR else _column
    pairs = zip(names, table.columns, strict=True)
    return Signature(layout=table.layout, inputs=tuple(shown(name, part) for name, part in pairs))


def sample_of(data: Data) -> Data:
    """Return the first rows of what a user gave: enough to see what a model gives."""
    if isinstance(data, Table):
        return Table(
            names=data.names,
            columns=tuple(values[:SAMPLE_ROWS] for values in data.columns),
            layout=data.layout,
        )
    if isinstance(data, Mapping):
        return {name: values[:SAMPLE_ROWS] for name, values in data.items()}
    return data.iloc[:SAMPLE_ROWS] if hasattr(data, "iloc") else data[:SAMPLE_ROWS]


def _made_up(count: int, *, single: bool) -> tuple[str, ...]:
    return (_SINGLE_NAME,) if single else position_names(count)


def position_names(count: int) -> tuple[str, ...]:
    """Return the names that scikit-learn, too, makes up for columns without: x0, x1, ..."""
    return tuple(f"x{position}" for position in range(count))


def _refuse_duplicates(names: tuple[str, ...]) -> None:
    if len(set(names)) < len(names):
        twice = next(name for name in names if names.count(name) > 1)
        raise UsageError(f"inputs has two columns called {twice!r}")


def _column(name: str, values: Values) -> Column:
    outer = plain_of(values)
    inner, depth = innermost(outer if outer.array.ndim == 1 else values)
    found = type_of(inner)
    if inner.empty:
        raise _unknown(name, "there is no value in it")
    if found is None or (depth and found in _IN_LISTS):
        raise _unknown(name, f"it holds {_told(inner.kinds) or inner.array.dtype}")
    _tell_of_zone(name, values)
    nullable, shape = outer.gone is not None or inner.gone is not None, (-1,) * depth
    column = Column(name=name, type=found, nullable=nullable, shape=shape)
    return _held(column, canonical, outer if depth else inner)


def _held(column: Column, shaped: Callable[..., Any], values: Values) -> Column:
    """Return a column whose own values fit it: not all integers do where some are missing."""
    try:
        shaped(values, str(column.type), nullable=column.nullable, shape=column.shape)
    except MisfitError as error:
        raise _unknown(column.name, f"{error}{error.why and f': {error.why}'}") from None
    return column


def _told(kinds: frozenset[type]) -> str:
    """Return the types of objects in words."""
    return " beside ".join(sorted(kind.__name__ for kind in kinds))


def _unknown(name: str, why: str) -> UsageError:
    return UsageError(
        f"the type of column {name!r} cannot be inferred" if name else "inputs cannot be inferred",
        why=f"in inputs, {why}",
        fix="let each column of inputs hold bools, numbers, texts, bytes, times, or lists of them",
    )


def _tell_of_zone(name: str, values: Values) -> None:
    """Warn of a zone that the model will not see: it gets times in UTC, as numpy knows no other."""
    dtype = getattr(values, "dtype", None)
    zone = getattr(dtype, "tz", None) or getattr(dtype, "time_zone", None)
    if zone is not None and str(zone) != "UTC":
        warnings.warn(
            f"the times of column {name!r} are of {zone}: the model will get the same moments in"
            " UTC, without a zone",
            stacklevel=2,
        )


def _tensor(name: str, values: Values) -> Column:
    try:
        array, _ = as_tensor(values)
    except PackageError as error:
        raise _unknown(name, str(error)) from None
    plain = plain_of(array.reshape(-1))
    found = type_of(plain)
    if found is None or plain.empty:
        raise _unknown(name, f"the array holds {_told(plain.kinds) or array.dtype}")
    nullable, shape = plain.gone is not None, tuple(array.shape[1:])
    return _held(Column(name=name, type=found, nullable=nullable, shape=shape), tensor, values)


def outputs_of(answer: Answer) -> tuple[Column, ...]:
    """Return the columns of what a model gave; what has more than two dimensions stays whole."""
    if any(array.ndim > 2 for array in answer.arrays):  # noqa: PLR2004 - rows and columns
        columns = list(answer.arrays)
    else:
        columns = columns_of(answer)
    names = answer.names or prediction_names(len(columns))
    return tuple(
        Column(
            name=name,
            type=type_of(plain_of(values.reshape(-1))) or ColumnType.ANY,
            shape=tuple(values.shape[1:]),
        )
        for name, values in zip(names, columns, strict=True)
    )


def columns_of(answer: Answer) -> list[Values]:
    """Return what a model gave column by column: an array of two dimensions has several."""
    if len(answer.arrays) > 1 or answer.names:
        return list(answer.arrays)
    array = answer.arrays[0]
    return [array] if array.ndim == 1 else list(array.reshape(len(array), -1).T)


def prediction_names(count: int) -> tuple[str, ...]:
    """Return the names of the columns that a model gives."""
    if count == 1:
        return (PREDICTION,)
    return tuple(f"{PREDICTION}_{position}" for position in range(count))
