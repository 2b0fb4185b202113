"""How values read in a report: short, exact enough, without a character that acts."""

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

from mltrack.charts.labels import brief, cell, safe

_LONGEST = 4_000
_MINUTE, _HOUR, _DAY = 60, 3600, 86_400


def passage(text: str) -> str:
    """Return a text of several lines, each of them safe; what is longer than a page is cut."""
    kept = text if len(text) <= _LONGEST else f"{text[:_LONGEST]}…"
    return "\n".join(map(safe, kept.splitlines()))


def moment(when: datetime) -> str:
    """Return a time in UTC, to the minute."""
    return f"{when.astimezone(UTC):%Y-%m-%d %H:%M}"


def lasting(seconds: float) -> str:
    """Return a duration in the two units that suit it: `1 h 05 min`."""
    if seconds < _MINUTE:
        return f"{seconds:.3g} s"
    if seconds < _HOUR:
        return f"{int(seconds // _MINUTE)} min {int(seconds % _MINUTE):02d} s"
    if seconds < _DAY:
        return f"{int(seconds // _HOUR)} h {int(seconds % _HOUR // _MINUTE):02d} min"
    return f"{int(seconds // _DAY)} d {int(seconds % _DAY // _HOUR):02d} h"


def size(size_bytes: int) -> str:
    """Return a number of bytes in the unit that suits it."""
    value, unit = float(size_bytes), "B"
    for larger in ("kB", "MB", "GB", "TB"):
        if value < 1000:  # noqa: PLR2004 - the next unit begins
            break
        value, unit = value / 1000, larger
    return f"{value:.0f} B" if unit == "B" else f"{value:.1f} {unit}"


def counted(count: int, noun: str) -> str:
    """Return a number of things: `1 run`, `2 runs`."""
    return f"{count:,} {noun}{'' if count == 1 else 's'}"


def shown(values: Mapping[str, Any]) -> list[tuple[str, str]]:
    """Return what a mapping holds as pairs of safe texts, in the order of its keys."""
    return [(safe(brief(key)), cell(values[key])) for key in sorted(values)]
