"""All that is printed: data to standard output, talk to standard error, both safe to look at."""

import contextlib
import csv
import json
import sys
from collections.abc import Mapping, Sequence
from enum import StrEnum
from typing import Any

from mltrack.cli.cells import counted, raw_cell, safe, value_at
from mltrack.cli.context import manner

JSON_FORMAT = 1
Row = Mapping[str, Any]


class Format(StrEnum):
    """How a listing is printed."""

    TABLE = "table"
    JSON = "json"
    JSONL = "jsonl"
    CSV = "csv"
    MD = "md"


class PageFormat(StrEnum):
    """How one thing is printed."""

    PAGE = "page"
    JSON = "json"


class VerdictFormat(StrEnum):
    """How a verdict is printed."""

    TABLE = "table"
    JSON = "json"


def show_listing(
    format: Format,
    key: str,
    rows: Sequence[Row],
    columns: Sequence[str],
    **beside: object,
) -> None:
    """Print rows as a listing.

    Args:
        format: how.
        key: what the rows are called in JSON: `{"format": 1, key: rows}`.
        rows: JSON-ready dicts; JSON and JSONL show all of each.
        columns: what the other forms show, in order: keys of a row, or `params.lr` for a key of a
            dict in it (only the first dot divides).
        beside: what the JSON document says beside the rows.
    """
    if format is Format.JSON:
        show_json({**beside, key: list(rows)})
    elif format is Format.JSONL:
        for row in rows:
            show(json.dumps(row, allow_nan=False))
    elif format is Format.CSV:
        _show_csv(rows, columns)
    else:
        _show_table(format, rows, columns)


def show_styled(
    rows: Sequence[Row], columns: Sequence[str], styles: Mapping[tuple[int, int], str]
) -> None:
    """Print rows as a table; on a terminal some cells, by row and column, look as they should."""
    _show_table(Format.TABLE, rows, columns, styles)


def show_json(document: Row) -> None:
    """Print one JSON document with the key `format`; pure ASCII, so that no terminal acts on it."""
    show(json.dumps({"format": JSON_FORMAT, **document}, indent=2, allow_nan=False))


def show(text: str) -> None:
    """Print data: the text as it is, which must be safe by now."""
    sys.stdout.write(f"{text}\n")


def say(text: str) -> None:
    """Tell the person at work what is going on, unless they asked for quiet."""
    if not manner().quiet:
        _say(text)


def warn(text: str) -> None:
    """Tell the person at work what is not as it should be."""
    _say(f"warning: {text}")


def _say(text: str) -> None:
    """Write a line to standard error; who has closed it does not want to know."""
    with contextlib.suppress(OSError):
        sys.stderr.write(f"{safe(text)}\n")


def _show_csv(rows: Sequence[Row], columns: Sequence[str]) -> None:
    writer = csv.writer(sys.stdout, lineterminator="\n")
    writer.writerow([safe(column) for column in columns])
    for row in rows:
        writer.writerow([raw_cell(value_at(row, column)) for column in columns])


def _show_table(
    format: Format,
    rows: Sequence[Row],
    columns: Sequence[str],
    styles: Mapping[tuple[int, int], str] | None = None,
) -> None:
    from mltrack.cli import tables

    cells = tables.cells_of(rows, columns)
    titles = tables.titles_of(columns)
    if format is Format.MD:
        show(tables.markdown(titles, cells))
    elif rows:
        lines, missing = tables.drawn(titles, cells, styles)
        show("\n".join(lines))
        if missing:
            sys.stdout.flush()
            say(f"+{counted(missing, 'column')} (-w)")
