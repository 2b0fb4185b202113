"""Write a table as text, a few rows at a time: CSV and JSON lines."""

import csv
import io
import json
import math
from collections.abc import Callable, Iterable, Iterator
from itertools import islice
from typing import Any, BinaryIO

from mltrack.exporters.tables import Kind, Row, Table, as_text
from mltrack.store.clock import to_text
from mltrack.store.journal import jsonable

_ROWS = 1000
_AS_THEY_ARE = frozenset({int, type(None)})


def write_csv(table: Table, output: BinaryIO) -> int:
    """Write a header and a line a row, every value exact; return how many rows there were."""
    output.write(_csv([[as_text(column.name) for column in table.columns]]))
    return _written(table, output, lambda rows: _csv(map(_cell, row) for row in rows))


def write_jsonl(table: Table, output: BinaryIO) -> int:
    """Write an object a row, pure ASCII; return how many rows there were."""
    names = [column.name for column in table.columns]
    encoded = json.JSONEncoder(allow_nan=False).encode

    def line(row: Row) -> str:
        return encoded(dict(zip(names, map(jsonable, row), strict=True)))

    return _written(table, output, lambda rows: "".join(f"{line(row)}\n" for row in rows).encode())


def _written(table: Table, output: BinaryIO, lines: Callable[[list[Row]], bytes]) -> int:
    rows, count = _told(table), 0
    while some := list(islice(rows, _ROWS)):
        output.write(lines(some))
        count += len(some)
    return count


def _csv(rows: Iterable[Iterable[Any]]) -> bytes:
    text = io.StringIO(newline="")
    csv.writer(text, lineterminator="\n").writerows(rows)
    return text.getvalue().encode()


def _cell(value: Any) -> Any:  # noqa: ANN401 - any value that a run can hold
    """Return what `csv` writes as the text of a value; whole and finite numbers it writes so."""
    kind = type(value)
    if kind in _AS_THEY_ARE or (kind is float and math.isfinite(value)):
        return value
    return as_text(value)


def _told(table: Table) -> Iterator[Row]:
    """Yield the rows of a table, times as the store writes them."""
    times = [n for n, column in enumerate(table.columns) if column.kind is Kind.TIME]
    for row in table.rows():
        told = list(row)
        for n in times:
            if told[n] is not None:
                told[n] = to_text(told[n] / 1000)
        yield tuple(told)
