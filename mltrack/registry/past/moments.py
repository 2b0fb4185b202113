"""A moment as people write it, which no name of a commit looks like."""

from datetime import datetime

from mltrack.query import moments

FORMS = "2026-08-01 or 2026-08-01T12:00"


def is_moment(text: str) -> bool:
    """Tell whether a text has the form of a moment; a short name of a commit never has."""
    return moments.is_written(text)


def moment_of(text: str, *, utc: bool = False, ends: bool = False) -> datetime:
    """Return the moment that a text means, in UTC.

    Args:
        text: a date, alone or with a time of day and a zone, or `3 days ago`, `yesterday`.
        utc: a text that names no zone is in UTC, not in the local zone.
        ends: a date alone means the last moment of the day, not its first.

    Raises:
        UsageError: it is no moment.
    """
    return moments.moment(text, utc=utc, ends=ends)
