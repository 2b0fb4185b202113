"""Tell bytes that a merge conflict broke, by the markers that git leaves, from others."""

import re

from mltrack.fsck.entities import REPAIR, Finding
from mltrack.fsck.kinds import Kind

_MARKERS = (
    re.compile(rb"^<{7}(?: |\r?$)", re.MULTILINE),
    re.compile(rb"^={7}\r?$", re.MULTILINE),
    re.compile(rb"^>{7}(?: |\r?$)", re.MULTILINE),
)


def has_markers(data: bytes) -> bool:
    """Tell whether a text has a line of each kind that git writes around a conflict."""
    return all(marker.search(data) for marker in _MARKERS)


def broken(kind: Kind, data: bytes, *, path: str, subject: str, message: str) -> Finding:
    """Return the finding of bytes that cannot be understood; of a conflict where they show one.

    Args:
        kind: what they are when no conflict broke them.
        data: the bytes.
        path: where they are, relative to the store.
        subject: what they are about.
        message: what is wrong with them when no conflict broke them.
    """
    if has_markers(data):
        kind, message = Kind.CONFLICT_MARKERS, "it holds the markers of a merge conflict"
    return Finding(kind=kind, path=path, subject=subject, message=message, fix=REPAIR)
