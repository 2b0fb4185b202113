"""How old something must be to go."""

import re

from mltrack.errors import UsageError

LEAST_DAYS = 14
_DAY_SECONDS = 86_400
_AGE = re.compile(r"([0-9]{1,5})(d|w)\Z")
_DAYS = {"d": 1, "w": 7}


def age_seconds(text: str) -> float:
    """Return the seconds of an age such as `30d` or `8w`.

    Raises:
        UsageError: it is no age, or less than anything is kept.
    """
    match = _AGE.match(text)
    if match is None:
        raise UsageError(f"{text!r} is no age", fix="write it in days or weeks: 30d, 8w")
    days = int(match[1]) * _DAYS[match[2]]
    if days < LEAST_DAYS:
        raise UsageError(
            f"{text} is too short: nothing younger than {LEAST_DAYS} days is removed",
            why="what names an object may still be on its way here, such as a branch to be fetched",
            fix=f"--older-than {LEAST_DAYS}d",
        )
    return days * _DAY_SECONDS
