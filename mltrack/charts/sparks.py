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
    low, span = min(finite), max(finite) - min(finite)
    return "".join(" " if m is None else _block((m - low) / span if span else 0.5) for m in means)


def _mean(values: Sequence[float]) -> float | None:
    finite = [value for value in values if math.isfinite(value)]
    return math.fsum(finite) / len(finite) if finite else None


def _block(share: float) -> str:
    return _BLOCKS[min(int(share * len(_BLOCKS)), len(_BLOCKS) - 1)]
