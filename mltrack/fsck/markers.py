"""Tell whether bytes hold the markers that git leaves of a merge conflict."""

import re

_MARKERS = (
    re.compile(rb"^<{7}(?: |\r?$)", re.MULTILINE),
    re.compile(rb"^={7}\r?$", re.MULTILINE),
    re.compile(rb"^>{7}(?: |\r?$)", re.MULTILINE),
)


def has_markers(data: bytes) -> bool:
    """Tell whether a text has a line of each kind that git writes around a conflict."""
    return all(marker.search(data) for marker in _MARKERS)
