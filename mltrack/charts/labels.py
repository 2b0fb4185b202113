"""How a value reads on an axis or in a cell: short, exact enough, no character that acts."""

import json
import math
import unicodedata

MISSING = "-"
REPLACEMENT = "\ufffd"
_LONGEST = 200
_PLAIN_FROM, _PLAIN_TO = 1e5, 1e12  # in between, whole digits read better than an exponent


def safe(text: str) -> str:
    """Return the text with every control, unseen or direction-turning character replaced."""
    if text.isascii() and text.isprintable():
        return text
    return "".join(c if _is_plain(c) else REPLACEMENT for c in text)


def _is_plain(character: str) -> bool:
    category = unicodedata.category(character)
    return category[0] != "C" and category not in {"Zl", "Zp"}


def cell(value: object) -> str:
    """Return any JSON value as people read it; what is long is cut."""
    if value is None:
        return MISSING
    if isinstance(value, float):
        return number(value)
    text = value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)
    return safe(brief(text))


def brief(text: str) -> str:
    """Return a text short enough for a cell."""
    return text if len(text) <= _LONGEST else f"{text[:_LONGEST]}…"


def number(value: float, *, sign: str = "") -> str:
    """Return a number with five significant digits; with sign "+" a positive one bears it."""
    if math.isnan(value):
        return "NaN"
    if math.isinf(value):
        return f"{sign}Infinity" if value > 0 else "-Infinity"
    if _PLAIN_FROM <= abs(value) < _PLAIN_TO:
        return f"{value:{sign}.0f}"
    return f"{value:{sign}.5g}"
