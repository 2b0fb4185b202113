"""What a note may be."""

from mltrack.errors import BadValueError, with_article
from mltrack.tracking.saying import without_secrets
from mltrack.tracking.values import MAX_VALUE_BYTES


def checked_note(text: str, what: str = "note") -> str:
    """Return a note in the form that is written: no blanks around it, secrets masked.

    Raises:
        TypeError: it is no text.
        BadValueError: it is empty, or larger than 64 KiB.
    """
    if not isinstance(text, str):
        raise TypeError(f"{with_article(what)} must be a text, not {type(text).__name__}")
    note = "\n".join(line.rstrip() for line in text.strip().splitlines())
    if not note:
        raise BadValueError(f"the {what} is empty", fix="give it a text, or pipe one in")
    if len(note.encode("utf-8", "replace")) > MAX_VALUE_BYTES:
        limit = MAX_VALUE_BYTES // 1024
        raise BadValueError(
            f"the {what} is over {limit} KiB", fix="log it as a file: mltrack log artifact FILE"
        )
    return without_secrets(note, what)
