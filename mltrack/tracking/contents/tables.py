"""See the columns in whatever holds a table: a frame, a dict of columns, a list of rows."""

import datetime
from collections.abc import Iterable, Mapping, Sequence
from math import isfinite
from typing import Any, NamedTuple

from mltrack.errors import BadValueError
from mltrack.store.journal import jsonable, number_name
from mltrack.tracking.contents.scalars import plain_scalar

Table = Any
"""A pandas or polars DataFrame, a dict of columns, a list of dicts, or a list of rows."""
_PLAIN = frozenset({type(None), bool, int, str})
_MISSING = frozenset({"NAType", "NaTType"})
_DATES = (datetime.date, datetime.time)


class Column(NamedTuple):
    """One column.

    Attributes:
        name: what it is called.
        type: what the library that holds it calls its type; empty for a list.
        held: the values as the library holds them.
    """

    name: str
    type: str
    held: Any

    def values(self) -> list[Any]:
        """Return the values as Python's own; what pandas misses is None where no NaN can be."""
        if hasattr(self.held, "isna") and getattr(self.held.dtype, "kind", "") != "f":
            return list(self.held.astype(object).where(self.held.notna(), None).tolist())
        for name in ("tolist", "to_list"):
            if hasattr(self.held, name):
                return list(getattr(self.held, name)())
        return list(self.held)


def columns_of(table: Table, names: Sequence[str] | None = None) -> list[Column]:
    """Return the columns of a table.

    Args:
        table: a pandas or polars DataFrame (the index of pandas is not a column); a dict of columns
            of one length; a list of dicts (a key that a row lacks is None there); a list of rows.
        names: the columns' names, where the rows are lists.

    Raises:
        TypeError: it is nothing of the kind.
        BadValueError: lengths differ, a name is there twice, or rows have no names.
    """
    columns = _columns(table, names)
    seen: set[str] = set()
    for column in columns:
        if column.name in seen:
            raise BadValueError(f"a table has two columns called {column.name!r}")
        seen.add(column.name)
    return columns


def _columns(table: Table, names: Sequence[str] | None) -> list[Column]:
    if is_frame(table):
        return _of_frame(table)
    if isinstance(table, Mapping):
        return _of_columns(table)
    if isinstance(table, list | tuple):
        if names is None and all(isinstance(row, Mapping) for row in table):
            return _of_dicts(table)
        return _of_rows(table, names)
    raise TypeError(
        "a table is a pandas or polars DataFrame, a dict of columns, or a list of rows, "
        f"not {type(table).__name__}"
    )


def is_frame(table: object) -> bool:
    """Tell whether something is a DataFrame of pandas or polars."""
    return any(
        kind.__name__ == "DataFrame" and kind.__module__.partition(".")[0] in {"pandas", "polars"}
        for kind in type(table).__mro__
    )


def _of_frame(frame: Table) -> list[Column]:
    if hasattr(frame, "iloc"):
        held = [frame.iloc[:, position] for position in range(frame.shape[1])]
    else:
        held = frame.get_columns()
    names = [str(name) for name in frame.columns]
    return [Column(n, str(v.dtype), v) for n, v in zip(names, held, strict=True)]


def _of_columns(columns: Mapping[Any, Any]) -> list[Column]:
    found = []
    for name, held in columns.items():
        if isinstance(held, str | bytes | Mapping) or not isinstance(held, Iterable):
            raise TypeError(
                f"the column {str(name)!r} must be a list or an array, not {type(held).__name__}"
            )
        kept = held if hasattr(held, "__len__") else list(held)
        found.append(Column(str(name), str(getattr(held, "dtype", "")), kept))
    lengths = {column.name: len(column.held) for column in found}
    if len(set(lengths.values())) > 1:
        told = ", ".join(f"{name} has {length}" for name, length in list(lengths.items())[:5])
        raise BadValueError(f"the columns of a table must be of one length: {told}")
    return found


def _of_dicts(rows: Sequence[Mapping[Any, Any]]) -> list[Column]:
    names = dict.fromkeys(name for row in rows for name in row)
    return [Column(str(name), "", [row.get(name) for row in rows]) for name in names]


def _of_rows(rows: Sequence[Any], names: Sequence[str] | None) -> list[Column]:
    if names is None:
        raise BadValueError("rows that are lists need names", fix='columns=["x", "y"]')
    if isinstance(names, str):
        raise TypeError("columns must be a list of names, not a text")
    for number, row in enumerate(rows):
        if isinstance(row, str | bytes | Mapping) or not isinstance(row, Iterable):
            raise TypeError(f"row {number} must be a list of values, not {type(row).__name__}")
    taken = [list(row) for row in rows]
    for number, row in enumerate(taken):
        if len(row) != len(names):
            raise BadValueError(
                f"row {number} has {len(row)} values, and there are {len(names)} columns"
            )
    return [Column(str(n), "", [row[place] for row in taken]) for place, n in enumerate(names)]


def plain_cells(values: list[Any]) -> list[Any]:
    """Return the cells of a column as JSON has them, NaN and the infinities as texts.

    Raises:
        TypeError: one is bytes.
    """
    kinds = set(map(type, values))
    if kinds <= _PLAIN:
        return values
    if kinds <= _PLAIN | {float}:
        return [v if type(v) is not float or isfinite(v) else number_name(v) for v in values]
    return [jsonable(plain_cell(value)) for value in values]


def plain_cell(value: object) -> Any:  # noqa: ANN401 - a tree of plain values
    """Return a cell as JSON has it; what is missing as None, moments in ISO 8601, others as text.

    Raises:
        TypeError: it is bytes.
    """
    if value is None or type(value).__name__ in _MISSING:
        return None
    if isinstance(value, str | int | float):
        return plain_scalar(value)
    if isinstance(value, Mapping):
        return {str(key): plain_cell(item) for key, item in value.items()}
    if isinstance(value, list | tuple):
        return [plain_cell(item) for item in value]
    return value.isoformat() if isinstance(value, _DATES) else _plain_object(value)


def _plain_object(value: object) -> Any:  # noqa: ANN401 - a tree of plain values
    if isinstance(value, bytes | bytearray | memoryview):
        raise TypeError("a table that is logged holds no bytes: keep them with log_artifact")
    held = value.tolist() if hasattr(value, "tolist") else None
    if held is None or type(held) is type(value):
        return str(value)
    return plain_cell(held)
