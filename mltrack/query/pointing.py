"""Point at the place where a filter goes wrong."""

import re

from mltrack.errors import UsageError

_LINE = 76
"""So many characters are shown of a filter: a line of a terminal of 80, indented."""
_BEFORE = 40


def pointed(where: str, place: int, fault: str) -> UsageError:
    """Return an error that shows a filter, or the part around the fault, with a caret below it."""
    line = re.sub(r"\s", " ", where)
    if len(line) > _LINE:
        begin = max(min(place - _BEFORE, len(line) - _LINE), 0)
        end = begin + _LINE
        before, after = "…" if begin else "", "…" if end < len(line) else ""
        line, place = f"{before}{line[begin:end]}{after}", place - begin + len(before)
    why = f"{line}\n{' ' * _cells(line[:place])}^"
    return UsageError(f"the filter goes wrong: {fault}", why=why)


def _cells(text: str) -> int:
    """Return how many cells of a terminal a text takes."""
    from unicodedata import category, east_asian_width

    wide = sum(east_asian_width(character) in "WF" for character in text)
    return len(text) + wide - sum(category(character) in {"Mn", "Me"} for character in text)
