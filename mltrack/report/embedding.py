"""Data inside a page: JSON that no tag can break out of, numbers packed as base64."""

import base64
import json
import math
import sys
from array import array
from collections.abc import Iterable, Sequence
from typing import Any

from mltrack.charts.thinning import Curve

_ESCAPED = str.maketrans(
    {"<": "\\u003c", ">": "\\u003e", "&": "\\u0026", "\u2028": "\\u2028", "\u2029": "\\u2029"}
)
_MOST_16, _MOST_32 = 0xFFFF, 0xFFFFFFFF
_LARGEST_FLOAT32, _LEAST_FLOAT32 = 3.4e38, 1.2e-38
_FEWEST_SHADES = 1e4
"""Of float32's seven digits, this leaves three to a curve that lies far from zero."""


def embedded(document: Any) -> str:  # noqa: ANN401 - any JSON value
    """Return JSON that means the same inside a script element as outside of it."""
    text = json.dumps(document, ensure_ascii=True, separators=(",", ":"), allow_nan=False)
    return text.translate(_ESCAPED)


def packed_curve(curve: Curve) -> dict[str, Any]:
    """Return a curve as the page's script reads it.

    `s` are the steps and `t` the thousandths of the time that it took, each counted from the first
    of them; `v` are the values. Each is base64 of little-endian numbers: `w` says whether those of
    `s` have 2, 4 or 8 bytes; `t` has 2; `k` is f where `v` is float32, and 8 where it is float64,
    because fewer bits would draw another curve. What is not finite is NaN.
    """
    first = curve.steps[0]
    steps = [step - first for step in curve.steps]
    width = _width(steps[-1])
    began, ended = min(curve.times), max(curve.times)
    per_unit = (ended - began) / _MOST_16 if ended > began else 1.0
    units = [min(_MOST_16, int((time - began) / per_unit)) for time in curve.times]
    kind = "f" if _fits_float32(curve.values) else 8
    return {
        "n": curve.count,
        "b": round(curve.began, 3),
        "o": first,
        "w": width,
        "s": _base64({2: "H", 4: "I", 8: "d"}[width], steps),
        "a": round(began - curve.began, 3),
        "u": per_unit,
        "t": _base64("H", units),
        "k": kind,
        "v": _base64("f" if kind == "f" else "d", map(_drawable, curve.values)),
    }


def _width(largest: int) -> int:
    return 2 if largest <= _MOST_16 else 4 if largest <= _MOST_32 else 8


def _fits_float32(values: Sequence[float]) -> bool:
    """Tell whether a drawing of float32 looks as one of the values themselves."""
    found = [value for value in values if math.isfinite(value)]
    sizes = [abs(value) for value in found if value]
    if not sizes:
        return True
    span = max(found) / 2 - min(found) / 2
    is_far = 0 < span * _FEWEST_SHADES < max(sizes)
    return max(sizes) < _LARGEST_FLOAT32 and min(sizes) > _LEAST_FLOAT32 and not is_far


def _drawable(value: float) -> float:
    return value if math.isfinite(value) else math.nan


def _base64(code: str, numbers: Iterable[float]) -> str:
    packed: array[Any] = array(code, numbers)
    if sys.byteorder == "big":
        packed.byteswap()
    return base64.b64encode(packed.tobytes()).decode("ascii")


def sortable(values: Sequence[Any]) -> list[Any]:
    """Return what a column sorts by, as JSON can hold it: NaN and infinities are texts."""
    return [_short(value) if isinstance(value, float) else value for value in values]


def _short(value: float) -> float | int | str:
    if not math.isfinite(value):
        return "NaN" if math.isnan(value) else "Infinity" if value > 0 else "-Infinity"
    return int(value) if value == int(value) and abs(value) < 1e15 else float(f"{value:.9g}")  # noqa: PLR2004 - a float's whole numbers
