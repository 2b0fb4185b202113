"""A table as a frame of pandas, each column of the type that its values have."""

from typing import Any

from mltrack.exporters.tables import Kind, Row, Table, typed
from mltrack.tracking.frames import pandas, times

_WITH_GAPS = {Kind.BOOLEAN: "boolean", Kind.INTEGER: "Int64"}
_TYPES = {Kind.BOOLEAN: "bool", Kind.INTEGER: "int64", Kind.NUMBER: "float64"}


def frame_of(table: Table) -> Any:  # noqa: ANN401 - pandas has no types
    """Return a table as a pandas DataFrame.

    Raises:
        MissingExtraError: pandas is not installed.
    """
    pd = pandas()
    rows = list(table.rows())
    columns = [_column(pd, kind, n, rows) for n, (_, kind) in enumerate(table.columns)]
    frame = pd.concat(columns, axis=1)
    frame.columns = [name for name, _ in table.columns]
    return frame


def _column(pd: Any, kind: Kind, place: int, rows: list[Row]) -> Any:  # noqa: ANN401 - as above
    values = [typed(kind, row[place]) for row in rows]
    if kind is Kind.TIME:
        return times(values)
    if kind is Kind.TEXT:
        return pd.Series(values, dtype="str" if _has_texts(pd) else "object")
    has_gaps = kind in _WITH_GAPS and None in values
    return pd.Series(values, dtype=_WITH_GAPS[kind] if has_gaps else _TYPES[kind])


def _has_texts(pd: Any) -> bool:  # noqa: ANN401 - as above
    """Tell whether pandas has a type of its own for texts that may be missing."""
    return int(pd.__version__.partition(".")[0]) > 2  # noqa: PLR2004 - since pandas 3
