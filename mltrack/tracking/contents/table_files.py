"""Write a table as CSV, JSON, JSON lines or Parquet."""

import csv
import io
import json
from collections.abc import Iterator, Sequence
from typing import Any

from mltrack.errors import BadValueError, MissingExtraError
from mltrack.tracking.contents.suffixes import form_of
from mltrack.tracking.contents.tables import Column, Table, columns_of, is_frame, plain_cells

_as_json = json.JSONEncoder(ensure_ascii=False, allow_nan=False).encode
FORMS = {".csv": "csv", ".json": "json", ".jsonl": "jsonl", ".parquet": "parquet"}


def table_bytes(table: Table, to: str, names: Sequence[str] | None = None) -> bytes:
    """Return a table in the form that the suffix of `to` stands for.

    Args:
        table: what `columns_of` understands.
        to: the path of the artifact.
        names: the columns' names, where the rows are lists.

    Raises:
        TypeError: it is no table, or holds bytes.
        BadValueError: its columns do not fit together, or the suffix is unknown.
        MissingExtraError: Parquet is written, and what writes it is not installed.
    """
    form = form_of(to, FORMS, "log_table")
    columns = columns_of(table, names)
    if form == "parquet":
        return _parquet(table, columns)
    return {"csv": _csv, "json": _json, "jsonl": _jsonl}[form](columns)


def _rows(columns: Sequence[Column]) -> Iterator[tuple[Any, ...]]:
    return zip(*(plain_cells(column.values()) for column in columns), strict=True)


def _csv(columns: Sequence[Column]) -> bytes:
    file = io.StringIO(newline="")
    writer = csv.writer(file, lineterminator="\n")
    writer.writerow([column.name for column in columns])
    writer.writerows(zip(*(_texts(column) for column in columns), strict=True))
    return file.getvalue().encode("utf-8", "replace")


def _texts(column: Column) -> list[Any]:
    """Return cells as the CSV writer takes them: it knows of texts, numbers and None."""
    cells = plain_cells(column.values())
    odd = {bool, list, dict} & set(map(type, cells))
    return [_as_json(c) if type(c) in odd else c for c in cells] if odd else cells


def _lines(columns: Sequence[Column]) -> list[str]:
    names = [column.name for column in columns]
    return [_as_json(dict(zip(names, row, strict=True))) for row in _rows(columns)]


def _json(columns: Sequence[Column]) -> bytes:
    lines = ",\n".join(_lines(columns))
    return (f"[\n{lines}\n]\n" if lines else "[]\n").encode("utf-8", "replace")


def _jsonl(columns: Sequence[Column]) -> bytes:
    return "".join(f"{line}\n" for line in _lines(columns)).encode("utf-8", "replace")


def _parquet(table: Table, columns: Sequence[Column]) -> bytes:
    if hasattr(table, "write_parquet"):
        return _by_polars(table)
    file = io.BytesIO()
    try:
        frame = table if is_frame(table) else _frame_of(columns)
        frame.to_parquet(file, index=False)
    except ImportError as error:
        package = "pandas" if error.name == "pandas" else "pyarrow"
        raise MissingExtraError(package, feature="a table as .parquet") from None
    return file.getvalue()


def _by_polars(frame: Table) -> bytes:
    from polars.exceptions import PolarsError

    file = io.BytesIO()
    try:
        frame.write_parquet(file)
    except PolarsError as error:
        raise BadValueError(f"log_table: the table cannot be Parquet: {error}") from None
    return file.getvalue()


def _frame_of(columns: Sequence[Column]) -> Any:  # noqa: ANN401 - a pandas DataFrame
    import pandas as pd

    return pd.DataFrame({column.name: column.values() for column in columns})
