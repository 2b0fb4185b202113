"""A curve as one line of text: eight heights of blocks."""

import math
from collections.abc import Sequence
from itertools import pairwise

_BLOCKS = "▁▂▃▄▅▆▇█"
WIDTH = 16


def spark(values: Sequence[float], width: int = WIDTH) -> str:
    """Return a curve in so many blocks at most, each the mean of its stretch; a gap is a space."""
    count = min(width, len(values))
    ends = [len(values) * n // count for n in range(count + 1)] if count else []
    means = [_mean(values[start:end]) for start, end in pairwise(ends)]
    finite = [mean for mean in means if mean is not None]
    if not finite:
        return ""
    low, span = min(finite), max(finite) / 2 - min(finite) / 2  # the whole may be no float
    shares = (None if m is None else (m / 2 - low / 2) / span if span else 0.5 for m in means)
    return "".join(" " if share is None else _block(share) for share in shares)


def _mean(values: Sequence[float]) -> float | None:
    finite = [value for value in values if math.isfinite(value)]
    if not finite:
        return None
    try:
        return math.fsum(finite) / len(finite)
    except OverflowError:  # the sum is more than a float holds
        return math.fsum(value / len(finite) for value in finite)


def _block(share: float) -> str:
    return _BLOCKS[min(int(share * len(_BLOCKS)), len(_BLOCKS) - 1)]
