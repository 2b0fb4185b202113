"""How one value looks: short, exact enough, and without a character that a terminal acts on."""

import json
import re
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

from mltrack.charts.labels import MISSING, number, safe, text_of
from mltrack.cli.context import manner

__all__ = [
    "MISSING",
    "cell",
    "counted",
    "moment",
    "number",
    "raw_cell",
    "safe",
    "size",
    "value_at",
]
_STAND_IN = {"artifact", "sha256", "size"}  # what a parameter too large for a row holds
_STORE_TIME = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z\Z")


def value_at(row: Mapping[str, Any], column: str) -> Any:  # noqa: ANN401 - any JSON value
    """Return the value of a column such as `status` or `params.lr`; None when there is none."""
    if column in row:
        return row[column]
    outer, dot, inner = column.partition(".")
    group = row.get(outer)
    return group.get(inner) if dot and isinstance(group, Mapping) else None


def cell(value: object) -> str:
    """Return a value as people read it: numbers to five digits, times in their own zone."""
    if isinstance(value, str) and _STORE_TIME.match(value):
        return moment(value)
    if isinstance(value, Mapping) and _is_stand_in(value):
        return f"({counted(value['size'], 'byte')} in {safe(value['artifact'])})"
    return safe(text_of(value))


def _is_stand_in(value: Mapping[str, Any]) -> bool:
    return (
        value.keys() == _STAND_IN
        and isinstance(value["size"], int)
        and isinstance(value["artifact"], str)
    )


def raw_cell(value: object) -> str:
    """Return a value as programs read it: exact, an empty text for none."""
    if value is None:
        return ""
    if isinstance(value, str):
        return safe(value)
    return safe(json.dumps(value, ensure_ascii=False))


def counted(count: int, noun: str) -> str:
    """Return a number of things: `1 run`, `2 runs`, `2 processes`."""
    many = "es" if noun.endswith("s") else "s"
    return f"{count} {noun}{'' if count == 1 else many}"


def size(size_bytes: int) -> str:
    """Return a number of bytes in the unit that suits it."""
    if size_bytes < 1000:  # noqa: PLR2004 - below a kB
        return f"{size_bytes} B"
    value = float(size_bytes)
    for unit in ("kB", "MB", "GB"):
        value /= 1000
        if value < 1000:  # noqa: PLR2004 - the next unit begins
            return f"{value:.1f} {unit}"
    return f"{value / 1000:.1f} TB"


def moment(text: str) -> str:
    """Return a time of the store in the local zone, or in UTC where that was asked for.

    What looks like a time and is none, or has none in that zone, is returned as it is.
    """
    try:
        when = datetime.fromisoformat(text)
        there = when.astimezone(UTC if manner().utc else None)
    except (ValueError, OverflowError):
        return safe(text)
    return f"{there:%Y-%m-%d %H:%M:%S}{'Z' if manner().utc else ''}"
