"""Read plain blocks of CSV with pandas, where pyarrow is not installed."""

import io
from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

from mltrack.models.entities import Column, ColumnType
from mltrack.models.plain import object_array
from mltrack.models.rows import cells
from mltrack.models.rows.csv_checks import Fast, checked
from mltrack.models.rows.values import FLOATS, INTEGERS
from mltrack.models.signature.columns import Values

_EXACT_SINCE = (3, 1)
_GUESSED = None
"""The type of integers: asked for them, pandas would also take texts such as true and 5.5."""


def pandas_reader(columns: Sequence[tuple[int, Column]], kept: Sequence[int], width: int) -> Fast:
    """Return what reads blocks: columns as arrays, those that are copied as arrays of text."""
    import pandas as pd

    wanted = {position: _type_of(column) for position, column in columns}
    copied = dict.fromkeys(kept, object)

    def fast(data: bytes) -> tuple[list[Values], list[Any]] | None:
        rows = rows_in(data, width)
        if not rows:
            return None
        try:
            frame = _read(data, width, wanted)
            texts = _read(data, width, copied) if kept else frame
        except (ValueError, OverflowError, pd.errors.ParserError):
            return None
        if len(frame) != rows:
            return None
        arrays = []
        for position, column in columns:
            array = _array(column, frame[position].to_numpy(), data)
            if array is None:
                return None
            arrays.append(array)
        return arrays, [_without_empty(texts[position].to_numpy()) for position in kept]

    return fast


def rows_in(data: bytes, width: int) -> int | None:
    """Return how many rows there are; None where one has another width, or is blank.

    pandas would fill up a row that is too short, and pass over one of spaces.
    """
    places = np.frombuffer(data if data.endswith(b"\n") else data + b"\n", dtype=np.uint8)
    outside = np.cumsum(places == ord('"'), dtype=np.uint8) % 2 == 0
    ends = np.flatnonzero((places == ord("\n")) & outside)
    commas = np.searchsorted(np.flatnonzero((places == ord(",")) & outside), ends)
    same = (np.diff(commas, prepend=0) == width - 1).all()
    return len(ends) if same else None


def _read(data: bytes, width: int, wanted: Mapping[int, Any]) -> Any:  # noqa: ANN401 - a DataFrame
    import pandas as pd

    return pd.read_csv(
        io.BytesIO(data),
        header=None,
        names=list(range(width)),
        usecols=list(wanted),
        dtype={position: kind for position, kind in wanted.items() if kind is not _GUESSED},
        keep_default_na=False,
        na_values={position: [""] for position, kind in wanted.items() if kind is not object},
        engine="c",
        low_memory=False,
        **_exact_floats(),
    )


def _exact_floats() -> dict[str, Any]:
    """Return what makes pandas read floats to the last bit; newer ones do so by themselves."""
    import pandas as pd

    major, minor = pd.__version__.split(".")[:2]
    return {} if (int(major), int(minor)) >= _EXACT_SINCE else {"float_precision": "round_trip"}


def _type_of(column: Column) -> Any:  # noqa: ANN401 - numpy's or Python's
    if column.type in INTEGERS:
        return _GUESSED
    return np.float64 if column.type in FLOATS else object


def _array(column: Column, values: Values, data: bytes) -> Values | None:
    if column.type in INTEGERS | FLOATS:
        if values.dtype.kind not in "iuf" or _may_be_bools(column, values, data):
            return None
        return checked(column, values, data, None)
    gone = values == ""
    if gone.any() and not column.nullable:
        return None
    if column.type is ColumnType.STR:
        return np.where(gone, np.nan, values)
    read = cells.reader_of(column)
    try:
        found = [read(cell) for cell in values]
    except ValueError:
        return None
    kind = "datetime64[us]" if column.type is ColumnType.DATETIME else object
    return checked(column, object_array(found).astype(kind), data, None)


def _may_be_bools(column: Column, values: Values, data: bytes) -> bool:
    """Tell whether texts such as true may have been taken for floats."""
    if column.type in INTEGERS or not ((values == 0) | (values == 1) | np.isnan(values)).all():
        return False
    lower = data.lower()
    return b"true" in lower or b"false" in lower


def _without_empty(texts: Values) -> Values:
    return np.where(texts == "", None, texts)
