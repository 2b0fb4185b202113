"""A moment as people write it: a date, with or without a time of day."""

import re
from datetime import UTC, datetime, timedelta

from mltrack.errors import UsageError

_MOMENT = re.compile(
    r"(\d{4}-\d\d-\d\d)(?:[T ](\d\d:\d\d(?::\d\d(?:\.\d{1,6})?)?)(Z|[+-]\d\d:?\d\d)?)?\Z"
)
FORMS = "2026-08-01 or 2026-08-01T12:00"


def is_moment(text: str) -> bool:
    """Tell whether a text has the form of a moment; a short name of a commit never has."""
    return _MOMENT.match(text.strip()) is not None


def moment_of(text: str, *, utc: bool = False, ends: bool = False) -> datetime:
    """Return the moment that a text means, in UTC.

    Args:
        text: a date, alone or with a time of day, alone or with `Z` or an offset from UTC.
        utc: a text that names no zone is in UTC, not in the local zone.
        ends: a date alone means the last moment of the day, not its first.

    Raises:
        UsageError: it is no moment.
    """
    form = _MOMENT.match(text.strip())
    if form is None:
        raise _meaningless(text)
    try:
        found = datetime.fromisoformat(form[0].replace(" ", "T"))
        if form[2] is None and ends:
            found += timedelta(days=1, microseconds=-1)
        zoned = found.replace(tzinfo=UTC) if found.tzinfo is None and utc else found
        return zoned.astimezone(UTC)
    except (ValueError, OverflowError):
        raise _meaningless(text) from None


def _meaningless(text: str) -> UsageError:
    return UsageError(f"{text!r} is no moment", fix=f"write it as {FORMS}")
