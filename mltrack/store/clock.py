"""Time as the store writes it: UTC to the millisecond in text, Unix seconds in journals."""

import time
from datetime import UTC, datetime

from mltrack.errors import UsageError


def now() -> float:
    """Return the present moment in Unix seconds, to the millisecond."""
    return round(time.time(), 3)


def to_text(seconds: float) -> str:
    """Return Unix seconds as `YYYY-MM-DDTHH:MM:SS.mmmZ`."""
    whole, milliseconds = divmod(round(seconds * 1000), 1000)
    stamp = time.strftime("%Y-%m-%dT%H:%M:%S", time.gmtime(whole))
    return f"{stamp}.{milliseconds:03d}Z"


def from_text(text: str) -> datetime:
    """Return the aware UTC moment that a text of the store names.

    Raises:
        UsageError: the text is not a time.
    """
    try:
        moment = datetime.fromisoformat(text)
    except ValueError:
        raise UsageError(
            f"{text!r} is not a time", fix="write it as 2026-01-31T12:00:00.000Z"
        ) from None
    return moment.astimezone(UTC) if moment.tzinfo else moment.replace(tzinfo=UTC)


def seconds_from_text(text: str) -> float:
    """Return the Unix seconds that a text of the store names."""
    return from_text(text).timestamp()
