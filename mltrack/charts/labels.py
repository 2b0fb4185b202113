"""How a value reads on an axis or in a cell: short, exact enough, no character that acts."""

import json
import math
import unicodedata
from collections.abc import Sequence
from itertools import pairwise

MISSING = "-"
REPLACEMENT = "\ufffd"
_LONGEST = 200
_DIGITS, _EXACT = 5, 17
_PLAIN_FROM, _PLAIN_TO = 1e5, 1e12  # in between, whole digits read better than an exponent


def safe(text: str) -> str:
    """Return the text with every control, unseen or direction-turning character replaced.

    These are those of the Unicode categories C, Zl and Zp, separators of lines among them.
    """
    if text.isascii() and text.isprintable():
        return text
    return "".join(c if _is_plain(c) else REPLACEMENT for c in text)


def _is_plain(character: str) -> bool:
    category = unicodedata.category(character)
    return category[0] != "C" and category not in {"Zl", "Zp"}


def cell(value: object) -> str:
    """Return any JSON value as people read it; what is long is cut."""
    return safe(brief(text_of(value)))


def text_of(value: object) -> str:
    """Return any JSON value as people read it, uncut, with whatever characters it has."""
    if value is None:
        return MISSING
    if isinstance(value, float):
        return number(value)
    return value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)


def brief(text: str, most: int = _LONGEST) -> str:
    """Return a text of so many characters at most, and `…` where it is cut."""
    return text if len(text) <= most else f"{text[:most]}…"


def number(value: float, *, sign: str = "", digits: int = _DIGITS) -> str:
    """Return a number with some significant digits; with sign "+" a positive one bears it."""
    if math.isnan(value):
        return "NaN"
    if math.isinf(value):
        return f"{sign}Infinity" if value > 0 else "-Infinity"
    if _PLAIN_FROM <= abs(value) < _PLAIN_TO:
        whole = len(str(int(abs(value))))
        text = f"{value:{sign}.{max(digits - whole, 0)}f}"
        return text.rstrip("0").removesuffix(".") if "." in text else text
    return f"{value:{sign}.{digits}g}"


def numbers(values: Sequence[float]) -> list[str]:
    """Return the numbers along an axis, with as many digits as put each of them in its place."""
    near = min((abs(after - before) for before, after in pairwise(values)), default=math.inf) / 100
    for digits in range(_DIGITS, _EXACT):
        texts = [number(value, digits=digits) for value in values]
        if all(abs(float(text) - value) <= near for text, value in zip(texts, values, strict=True)):
            return texts
    return [number(value, digits=_EXACT) for value in values]
