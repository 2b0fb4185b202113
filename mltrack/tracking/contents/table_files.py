"""Write a table as CSV, JSON, JSON lines or Parquet."""

import csv
import io
import json
from collections.abc import Iterator, Sequence
from typing import Any

from mltrack.errors import MissingExtraError
from mltrack.store.journal import jsonable
from mltrack.tracking.contents.suffixes import form_of
from mltrack.tracking.contents.tables import Column, Table, columns_of, is_frame, plain_cell

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
    plain = [[jsonable(plain_cell(value)) for value in column.values()] for column in columns]
    return zip(*plain, strict=True)


def _csv(columns: Sequence[Column]) -> bytes:
    file = io.StringIO(newline="")
    writer = csv.writer(file, lineterminator="\n")
    writer.writerow([column.name for column in columns])
    writer.writerows([_cell(value) for value in row] for row in _rows(columns))
    return file.getvalue().encode("utf-8", "replace")


def _cell(value: object) -> str:
    if value is None:
        return ""
    return value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)


def _lines(columns: Sequence[Column]) -> list[str]:
    names = [column.name for column in columns]
    return [
        json.dumps(dict(zip(names, row, strict=True)), ensure_ascii=False, allow_nan=False)
        for row in _rows(columns)
    ]


def _json(columns: Sequence[Column]) -> bytes:
    lines = ",\n".join(_lines(columns))
    return (f"[\n{lines}\n]\n" if lines else "[]\n").encode("utf-8", "replace")


def _jsonl(columns: Sequence[Column]) -> bytes:
    return "".join(f"{line}\n" for line in _lines(columns)).encode("utf-8", "replace")


def _parquet(table: Table, columns: Sequence[Column]) -> bytes:
    file = io.BytesIO()
    if hasattr(table, "write_parquet"):
        table.write_parquet(file)
        return file.getvalue()
    try:
        frame = table if is_frame(table) else _frame_of(columns)
        frame.to_parquet(file, index=False)
    except ImportError as error:
        package = "pandas" if error.name == "pandas" else "pyarrow"
        raise MissingExtraError(package, feature="a table as .parquet") from None
    return file.getvalue()


def _frame_of(columns: Sequence[Column]) -> Any:  # noqa: ANN401 - a pandas DataFrame
    import pandas as pd

    return pd.DataFrame({column.name: column.values() for column in columns})
