"""Read a moment as people say it: a date, a time, `3 days ago`, `yesterday`."""

import re
from datetime import datetime, timedelta

from mltrack.errors import UsageError

_AGO = re.compile(
    r"(?:(?P<count>\d{1,6})\s*(?P<unit>seconds?|minutes?|min|hours?|days?|weeks?|[smhdw])"
    r"(?:\s+ago)?)\Z",
    re.IGNORECASE,
)
_SECONDS = {"s": 1, "m": 60, "h": 3600, "d": 86_400, "w": 604_800}
_DAYS_BACK = {"today": 0, "yesterday": 1}


def moment(text: str, now: datetime) -> datetime:
    """Return the moment that a text names, with the time zone that `now` has where it names none.

    Args:
        text: `2026-01-31`, `2026-01-31T12:00`, `3 days ago`, `2h`, `today`, `yesterday`, `now`.
        now: the present moment, in the zone in which the user lives.

    Raises:
        UsageError: it names none.
    """
    word = text.strip().lower()
    if word == "now":
        return now
    if word in _DAYS_BACK:
        midnight = now.replace(hour=0, minute=0, second=0, microsecond=0, tzinfo=None)
        return (midnight - timedelta(days=_DAYS_BACK[word])).astimezone(now.tzinfo)
    try:
        found = _AGO.match(word)
        if found:
            return now - timedelta(seconds=int(found["count"]) * _SECONDS[found["unit"][0]])
        named = datetime.fromisoformat(text.strip())
        return named if named.tzinfo else named.replace(tzinfo=now.tzinfo)
    except (ValueError, OverflowError):
        raise UsageError(
            f"{text!r} is no time", fix='write 2026-01-31, 2026-01-31T12:00 or "3 days ago"'
        ) from None
