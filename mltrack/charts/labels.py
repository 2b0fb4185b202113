"""How a value reads on an axis: short, exact enough, without a character that acts."""

import json
import math
import unicodedata

MISSING = "-"
REPLACEMENT = "\ufffd"
_LONGEST = 200
_PLAIN_FROM, _PLAIN_TO = 1e5, 1e12  # in between, whole digits read better than an exponent


def number(value: float) -> str:
    """Return a number with five significant digits."""
    if math.isnan(value):
        return "NaN"
    if math.isinf(value):
        return "Infinity" if value > 0 else "-Infinity"
    return f"{value:.0f}" if _PLAIN_FROM <= abs(value) < _PLAIN_TO else f"{value:.5g}"


def cell(value: object) -> str:
    """Return any JSON value as people read it; what is long is cut."""
    if value is None:
        return MISSING
    if isinstance(value, float):
        return number(value)
    text = value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)
    short = text if len(text) <= _LONGEST else f"{text[:_LONGEST]}…"
    return "".join(c if _is_plain(c) else REPLACEMENT for c in short)


def _is_plain(character: str) -> bool:
    category = unicodedata.category(character)
    return category[0] != "C" and category not in {"Zl", "Zp"}
