"""Read a moment as people say it: a date, a time, `3 days ago`, `yesterday`."""

import re
from datetime import UTC, datetime, timedelta

from mltrack.errors import UsageError

FORMS = '2026-01-31, 2026-01-31T12:00 or "3 days ago"'
_WRITTEN = re.compile(
    r"(\d{4}-\d\d-\d\d)(?:[T ](\d\d:\d\d(?::\d\d(?:\.\d{1,6})?)?)(Z|[+-]\d\d:?\d\d)?)?\Z"
)
_AGO = re.compile(
    r"(?P<count>\d{1,6})\s*(?P<unit>seconds?|minutes?|min|hours?|days?|weeks?|[smhdw])"
    r"(?:\s+ago)?\Z",
    re.IGNORECASE,
)
_SECONDS = {"s": 1, "m": 60, "h": 3600, "d": 86_400, "w": 604_800}
_DAYS_BACK = {"today": 0, "yesterday": 1}


def is_written(text: str) -> bool:
    """Tell whether a text has the form of a date or time; a short name of a commit never has."""
    return _WRITTEN.match(text.strip()) is not None


def moment(
    text: str, *, now: datetime | None = None, utc: bool = False, ends: bool = False
) -> datetime:
    """Return the moment that a text means, in UTC.

    Args:
        text: `2026-01-31`, `2026-01-31T12:00`, `3 days ago`, `2h`, `today`, `yesterday`, `now`.
        now: the present moment; None: that of the clock.
        utc: a text that names no zone is in UTC, not in the local zone.
        ends: a day means its last moment, not its first.

    Raises:
        UsageError: it is no moment.
    """
    present = now or datetime.now(UTC)
    word = text.strip()
    try:
        if word.lower() == "now":
            return present.astimezone(UTC)
        if found := _AGO.match(word):
            seconds = int(found["count"]) * _SECONDS[found["unit"][0].lower()]
            return present.astimezone(UTC) - timedelta(seconds=seconds)
        named, is_day = _named(word, present.astimezone(UTC if utc else None))
        if is_day and ends:
            named += timedelta(days=1, microseconds=-1)
        zoned = named.replace(tzinfo=UTC) if named.tzinfo is None and utc else named
        return zoned.astimezone(UTC)
    except (ValueError, OverflowError):
        raise UsageError(f"{text!r} is no moment", fix=f"write it as {FORMS}") from None


def _named(word: str, present: datetime) -> tuple[datetime, bool]:
    """Return the date or time that a text names, and whether it is a whole day."""
    back = _DAYS_BACK.get(word.lower())
    if back is not None:
        midnight = present.replace(hour=0, minute=0, second=0, microsecond=0, tzinfo=None)
        return midnight - timedelta(days=back), True
    form = _WRITTEN.match(word)
    if form is None:
        raise ValueError
    return datetime.fromisoformat(form[0].replace(" ", "T")), form[2] is None
