"""Time as the store writes it: UTC to the millisecond in text, Unix seconds in journals."""

import time
from functools import cache
from typing import TYPE_CHECKING

from mltrack.errors import UsageError

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import datetime, timezone

_FIRST, _LAST = -62_135_596_800, 253_402_300_799
_LENGTH = len("2026-01-31T12:00:00.000Z")


def now() -> float:
    """Return the present moment in Unix seconds, to the millisecond."""
    return round(time.time(), 3)


def to_text(seconds: float) -> str:
    """Return Unix seconds as `YYYY-MM-DDTHH:MM:SS.mmmZ`.

    Raises:
        UsageError: they are not within the years 1 to 9999.
    """
    try:
        whole, thousandths = divmod(round(seconds * 1000), 1000)
    except (ValueError, OverflowError):
        whole, thousandths = _LAST + 1, 0
    if not _FIRST <= whole <= _LAST:
        raise UsageError(f"{seconds} seconds are not within the years 1 to 9999")
    moment = time.gmtime(whole)
    text = time.strftime("%Y-%m-%dT%H:%M:%S", moment)
    return f"{text}.{thousandths:03d}Z".zfill(_LENGTH)


def is_moment(seconds: float) -> bool:
    """Tell whether Unix seconds are within the years 1 to 9999."""
    return _FIRST <= seconds < _LAST


def from_text(text: str) -> "datetime":
    """Return the aware UTC moment that a text of the store names.

    Raises:
        UsageError: the text is not a time.
    """
    parsed, utc = _reader()
    try:
        moment = parsed(text)
        if moment.tzinfo is utc:  # as all that we write is
            return moment
        return moment.astimezone(utc) if moment.tzinfo else moment.replace(tzinfo=utc)
    except (ValueError, OverflowError, TypeError):
        raise UsageError(
            f"{text!r} is not a time", fix="write it as 2026-01-31T12:00:00.000Z"
        ) from None


@cache
def _reader() -> "tuple[Callable[[str], datetime], timezone]":
    """Return what reads a time; to import it in each call would take longer than to read one."""
    from datetime import UTC, datetime

    return datetime.fromisoformat, UTC


def seconds_from_text(text: str) -> float:
    """Return the Unix seconds that a text of the store names."""
    return from_text(text).timestamp()
