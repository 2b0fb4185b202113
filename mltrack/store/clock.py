"""Time as the store writes it: UTC to the millisecond in text, Unix seconds in journals."""

import time
from datetime import UTC, datetime, timedelta

from mltrack.errors import UsageError

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_FIRST, _AFTER_LAST = -62_135_596_800, 253_402_300_799
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
        moment = _EPOCH + timedelta(milliseconds=round(seconds * 1000))
    except (ValueError, OverflowError):
        raise UsageError(f"{seconds} seconds are not within the years 1 to 9999") from None
    return f"{moment:%Y-%m-%dT%H:%M:%S}.{moment.microsecond // 1000:03d}Z".zfill(_LENGTH)


def is_moment(seconds: float) -> bool:
    """Tell whether Unix seconds are within the years 1 to 9999."""
    return _FIRST <= seconds < _AFTER_LAST


def from_text(text: str) -> datetime:
    """Return the aware UTC moment that a text of the store names.

    Raises:
        UsageError: the text is not a time.
    """
    try:
        moment = datetime.fromisoformat(text)
        return moment.astimezone(UTC) if moment.tzinfo else moment.replace(tzinfo=UTC)
    except (ValueError, OverflowError, TypeError):
        raise UsageError(
            f"{text!r} is not a time", fix="write it as 2026-01-31T12:00:00.000Z"
        ) from None


def seconds_from_text(text: str) -> float:
    """Return the Unix seconds that a text of the store names."""
    return from_text(text).timestamp()
