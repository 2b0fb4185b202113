"""Rows as a framework takes them, what it gives as arrays: this file travels in every package."""

import importlib.util
from collections.abc import Mapping, Sequence
from typing import Any

from mltrack.models.canonical import PackageError, canonical
from mltrack.models.plain import object_array, plain_of
from mltrack.models.tensors import tensor


def rows_for(signature: Mapping[str, Any], data: Any) -> Any:  # noqa: ANN401 - the framework's
    """Return the rows that a signature describes, as a framework takes them."""
    layout, inputs = signature["rows"], signature["inputs"]
    columns = [
        _fitted(layout, column, values)
        for column, values in zip(inputs, _columns_in(layout, inputs, data), strict=True)
    ]
    return rows_of(layout, [column["name"] for column in inputs], columns)


def _fitted(layout: str, column: Mapping[str, Any], values: Any) -> Any:  # noqa: ANN401
    shape, nullable = tuple(column.get("shape", ())), column["nullable"]
    shaped = tensor if layout == "tensor" else canonical
    try:
        return shaped(values, column["type"], nullable=nullable, shape=shape)
    except PackageError as error:
        where = f"column {column['name']!r}, " if column["name"] else ""
        raise PackageError(f"{where}{error}") from None


def _columns_in(layout: str, inputs: Sequence[Mapping[str, Any]], data: Any) -> Sequence[Any]:  # noqa: ANN401
    """Return the columns that a model takes, found in what a user gave."""
    names = [column["name"] for column in inputs]
    if layout == "named" or (layout == "tensor" and names != [""]):
        if isinstance(data, list):
            data = {name: [row[name] for row in data if name in row] for name in names}
        lacking = [name for name in names if name not in data]
        if lacking:
            raise PackageError(f"the data lacks the columns {', '.join(lacking)}")
        return [data[name] for name in names]
    if layout == "tensor":
        return [data.to_numpy() if hasattr(data, "to_numpy") else data]
    if hasattr(data, "iloc") and hasattr(data, "columns"):
        columns = [data.iloc[:, position] for position in range(data.shape[1])]
    elif layout == "single":
        columns = [data]
    elif hasattr(data, "get_columns"):
        columns = data.get_columns()
    else:
        columns = list(zip(*data, strict=True)) if isinstance(data, list) else list(data.T)
    if len(columns) != len(names):
        raise PackageError(f"the model takes {len(names)} columns, not {len(columns)}")
    return columns


def rows_of(layout: str, names: Sequence[str], columns: Sequence[Any]) -> Any:  # noqa: ANN401
    """Return columns as the rows that a framework takes.

    `named` columns become a pandas DataFrame where pandas is installed, else an array of two
    dimensions, as those of `positions` do; `single` is one array; a `tensor` is one array, several
    are arrays by name.
    """
    import numpy as np

    if layout == "single" or (layout == "tensor" and list(names) == [""]):
        return columns[0]
    if layout == "tensor":
        return dict(zip(names, columns, strict=True))
    if layout == "named" and importlib.util.find_spec("pandas") is not None:
        import pandas as pd

        shaped = [values if values.ndim == 1 else list(values) for values in columns]
        return pd.DataFrame(dict(zip(names, shaped, strict=True)))
    arrays = [np.asarray(values) for values in columns]
    if all(array.dtype.kind in "biuf" for array in arrays):
        return arrays[0].base if _is_whole(arrays) else np.column_stack(arrays)
    return np.column_stack([array.astype(object) for array in arrays])


def _is_whole(columns: Sequence[Any]) -> bool:
    """Tell whether columns are, in order, those of one array, which need not be put together."""
    import numpy as np

    whole = columns[0].base
    if not isinstance(whole, np.ndarray) or whole.shape != (len(columns[0]), len(columns)):
        return False
    start, step = whole.ctypes.data, whole.itemsize
    places = [start + step * position for position in range(len(columns))]
    return bool(whole.flags.c_contiguous) and all(
        column.base is whole and column.ctypes.data == place and column.dtype == whole.dtype
        for column, place in zip(columns, places, strict=True)
    )


def answer_of(values: Any) -> tuple[list[str] | None, list[Any]]:  # noqa: ANN401 - the framework's
    """Return what a model gave as arrays whose first dimension is the rows, with names if any."""
    if hasattr(values, "columns") and hasattr(values, "iloc"):
        columns = [values.iloc[:, position] for position in range(values.shape[1])]
        return [str(name) for name in values.columns], [_answered(part) for part in columns]
    if hasattr(values, "get_columns"):
        values = dict(zip(values.columns, values.get_columns(), strict=True))
    if isinstance(values, Mapping):
        return [str(name) for name in values], [_answered(part) for part in values.values()]
    if isinstance(values, tuple):
        return None, [_answered(part) for part in values]
    return None, [_answered(values)]


def _answered(values: Any) -> Any:  # noqa: ANN401 - the framework's
    """Return what a model gave in one piece, with texts among objects and NaN where one is missing.

    Lists of several lengths stay lists.
    """
    import numpy as np

    if isinstance(values, list):
        try:
            values = np.asarray(values)
        except ValueError:
            values = object_array(values)
    found = plain_of(values) if hasattr(values, "dtype") else plain_of(np.asarray(values))
    return found.filled()
