"""A curve without its noise: the moving average that TensorBoard draws."""

import math
from array import array
from collections.abc import Sequence


def smoothed(values: Sequence[float], weight: float) -> Sequence[float]:
    """Return the exponential moving average of values, without the pull of its beginning.

    What is not finite stays, and counts for nothing.

    Args:
        values: the values.
        weight: how much the average before counts for, from 0 (nothing) to below 1.
    """
    if not weight:
        return values
    average, share, found = 0.0, 0.0, array("d")
    for value in values:
        if not math.isfinite(value):
            found.append(value)
            continue
        average = weight * average + (1 - weight) * value
        share = weight * share + (1 - weight)
        found.append(average / share)
    return found
