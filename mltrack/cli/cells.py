"""How one value looks: short, exact enough, and without a character that a terminal acts on."""

import json
import math
import re
import unicodedata
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

from mltrack.cli.context import manner

MISSING = "-"
_STAND_IN = {"artifact", "sha256", "size"}  # what a parameter too large for a row holds
REPLACEMENT = "\ufffd"
_STORE_TIME = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z\Z")
_BRIEF = 60  # characters of a value that a line of talk can bear
_PLAIN_FROM, _PLAIN_TO = 1e5, 1e12  # in between, whole digits read better than an exponent


def safe(text: str) -> str:
    """Return the text with every control character and separator of lines replaced.

    These are those of the Unicode categories C, Zl and Zp.
    """
    if text.isascii() and text.isprintable():
        return text
    return "".join(REPLACEMENT if _acts(unicodedata.category(c)) else c for c in text)


def _acts(category: str) -> bool:
    return category[0] == "C" or category in {"Zl", "Zp"}


def value_at(row: Mapping[str, Any], column: str) -> Any:  # noqa: ANN401 - any JSON value
    """Return the value of a column such as `status` or `params.lr`; None when there is none."""
    if column in row:
        return row[column]
    outer, dot, inner = column.partition(".")
    group = row.get(outer)
    return group.get(inner) if dot and isinstance(group, Mapping) else None


def cell(value: object) -> str:
    """Return a value as people read it: numbers to five digits, times in their own zone."""
    if value is None:
        return MISSING
    if isinstance(value, float):
        return number(value)
    if isinstance(value, str) and _STORE_TIME.match(value):
        return moment(value)
    if isinstance(value, Mapping) and _is_stand_in(value):
        return f"({counted(value['size'], 'byte')} in {safe(value['artifact'])})"
    return raw_cell(value)


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


def number(value: float, *, sign: str = "", digits: int = 5) -> str:
    """Return a number with some significant digits; with sign "+" a positive one bears it."""
    if math.isnan(value):
        return "NaN"
    if math.isinf(value):
        return f"{sign}Infinity" if value > 0 else "-Infinity"
    if _PLAIN_FROM <= abs(value) < _PLAIN_TO:
        return f"{value:{sign}.0f}"
    return f"{value:{sign}.{digits}g}"


def brief(text: str) -> str:
    """Return a text short enough to be said in a line."""
    return text if len(text) <= _BRIEF else f"{text[:_BRIEF]}…"


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
