"""What is said of a model as a whole: whose it is, what for, and when to look at it again."""

import datetime
from collections.abc import Mapping

from mltrack.errors import BadValueError, UsageError, nearest
from mltrack.tracking.notes import checked_note

DESCRIPTION = "description"
NEXT_REVIEW = "next_review"
FIELDS = ("owner", "contact", "purpose", "limits", "risk_tier", NEXT_REVIEW)
"""In the order in which they are shown; each stands in one inventory column of its name."""


def checked_fields(said: Mapping[str, str], *, of_model: bool) -> dict[str, str]:
    """Return what is said in the form that is written; an empty text takes back what was said.

    Args:
        said: texts by the name of a field, or `description`.
        of_model: whether it is said of a model; of a version only a description can be said.

    Raises:
        UsageError: nothing is said, there is no such field, or it is none of a version.
        BadValueError: a text is over 64 KiB, or `next_review` is no date.
    """
    if not said:
        raise UsageError("nothing is said", fix="give a description, or a field such as owner")
    for name in said:
        if name not in {DESCRIPTION, *FIELDS}:
            raise UsageError(
                f"there is no field {name!r}{nearest(name, FIELDS)}",
                why=f"the fields of a model are {', '.join(FIELDS)}",
            )
        if name != DESCRIPTION and not of_model:
            raise UsageError(
                f"{_spoken(name)} is said of a model, not of one version", fix="leave /VERSION out"
            )
    return {name: _checked(name, text) for name, text in said.items()}


def is_overdue(fields: Mapping[str, str], today: datetime.date) -> bool:
    """Tell whether a model should have been looked at again before today."""
    try:
        return datetime.date.fromisoformat(fields.get(NEXT_REVIEW, "")) < today
    except ValueError:  # somebody else's program wrote it
        return False


def _checked(name: str, text: str) -> str:
    if not text.strip():
        return ""
    if name != NEXT_REVIEW:
        return checked_note(text, _spoken(name))
    try:
        return datetime.date.fromisoformat(text.strip()).isoformat()
    except ValueError:
        raise BadValueError(
            f"the next review is a date, not {text!r:.60}", fix="write it as 2026-08-01"
        ) from None


def _spoken(name: str) -> str:
    return name.replace("_", " ")
