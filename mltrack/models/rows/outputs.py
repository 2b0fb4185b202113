"""What a model gave, as columns of a file."""

import base64
import math
from typing import Any

import numpy as np

from mltrack.errors import UsageError
from mltrack.models.answer import Answer
from mltrack.models.signature.inferring import prediction_names
from mltrack.store.journal import number_name

_ROWS_AND_COLUMNS = 2


def columns_of(answer: Answer, rows: int) -> dict[str, Any]:
    """Return what a model gave column by column.

    An array of two dimensions has as many columns as it is wide; one of more is a column of nested
    lists, as one of several of two dimensions is.

    Args:
        answer: what it gave.
        rows: for how many rows.

    Raises:
        UsageError: it gave more or fewer values than that.
    """
    for array in answer.arrays:
        if array.ndim == 0 or len(array) != rows:
            given = len(array) if array.ndim else "one value"
            raise UsageError(f"the model gave {given} for {rows} rows")
    arrays = list(answer.arrays)
    if len(arrays) == 1 and answer.names is None and arrays[0].ndim == _ROWS_AND_COLUMNS:
        arrays = list(arrays[0].T)
    names = answer.names or prediction_names(len(arrays))
    return dict(zip(names, map(_narrow, arrays), strict=True))


def _narrow(array: Any) -> Any:  # noqa: ANN401 - an array
    """Return an array of one number a row as one of one dimension."""
    return array[:, 0] if array.ndim == _ROWS_AND_COLUMNS and array.shape[1] == 1 else array


def listed(values: Any) -> list[Any]:  # noqa: ANN401 - of numpy or pyarrow
    """Return the values of a column as Python's own: numbers, texts, times, lists."""
    if hasattr(values, "to_pylist"):
        return list(values.to_pylist())
    array = np.asarray(values)
    if array.dtype.kind == "M":
        array = array.astype("datetime64[us]")
    return list(array.tolist())


def plain(value: Any) -> Any:  # noqa: ANN401 - JSON
    """Return a value, or nested lists of them, as JSON has it; NaN is a text as in the store."""
    if isinstance(value, float):
        return value if math.isfinite(value) else number_name(value)
    if value is None or isinstance(value, bool | int | str):
        return value
    if isinstance(value, np.generic | np.ndarray):
        value = value.tolist()
    if isinstance(value, list | tuple):
        return [plain(each) for each in value]
    if isinstance(value, dict):
        return {f"{key}": plain(each) for key, each in value.items()}
    return _as_text(value)


def _as_text(value: object) -> str:
    if isinstance(value, bytes):
        return base64.b64encode(value).decode()
    return f"{value.isoformat()}" if hasattr(value, "isoformat") else f"{value}"
