"""Write a table as text, a few rows at a time: CSV and JSON lines."""

import csv
import io
import json
from collections.abc import Callable, Iterator
from itertools import islice
from typing import Any, BinaryIO

from mltrack.exporters.tables import Column, Kind, Row, Table, as_text
from mltrack.store.clock import to_text
from mltrack.store.journal import jsonable

_ROWS = 1000


def write_csv(table: Table, output: BinaryIO) -> int:
    """Write a header and a line a row, every value exact; return how many rows there were."""
    text = io.StringIO(newline="")
    csv.writer(text, lineterminator="\n").writerow(as_text(c.name) for c in table.columns)
    output.write(text.getvalue().encode())

    def lines(rows: list[Row]) -> str:
        text = io.StringIO(newline="")
        writer = csv.writer(text, lineterminator="\n")
        writer.writerows([as_text(value) for value in _told(table.columns, row)] for row in rows)
        return text.getvalue()

    return _written(table, output, lines)


def write_jsonl(table: Table, output: BinaryIO) -> int:
    """Write an object a row, pure ASCII; return how many rows there were."""
    names = [column.name for column in table.columns]

    def line(row: Row) -> str:
        values = zip(names, _told(table.columns, row), strict=True)
        return json.dumps({name: jsonable(value) for name, value in values}, allow_nan=False)

    return _written(table, output, lambda rows: "".join(f"{line(row)}\n" for row in rows))


def _written(table: Table, output: BinaryIO, lines: Callable[[list[Row]], str]) -> int:
    rows, count = table.rows(), 0
    while some := list(islice(rows, _ROWS)):
        output.write(lines(some).encode())
        count += len(some)
    return count


def _told(columns: tuple[Column, ...], row: Row) -> Iterator[Any]:
    """Yield the values of a row, times as the store writes them."""
    for column, value in zip(columns, row, strict=True):
        is_time = column.kind is Kind.TIME and value is not None
        yield to_text(value / 1000) if is_time else value
