"""How sure a number of trials makes us: the exact upper bound of the rate of failures."""

import math

CONFIDENCE = 0.95
_HALVINGS = 60


def upper_bound(failures: int, trials: int) -> float:
    """Return the rate of failures that is not exceeded with a confidence of 95 %, one-sided.

    It is the bound of Clopper and Pearson; without failures, 1 - 0.05 ** (1 / trials).
    """
    if trials <= 0 or failures >= trials:
        return 1.0
    low, high = 0.0, 1.0
    for _ in range(_HALVINGS):
        middle = (low + high) / 2
        if _at_most(failures, trials, middle) > 1 - CONFIDENCE:
            low = middle
        else:
            high = middle
    return high


def _at_most(failures: int, trials: int, rate: float) -> float:
    """Return how likely it is that no more than so many of the trials fail."""
    return math.fsum(math.exp(_log_chance(k, trials, rate)) for k in range(failures + 1))


def _log_chance(failures: int, trials: int, rate: float) -> float:
    ways = math.lgamma(trials + 1) - math.lgamma(failures + 1) - math.lgamma(trials - failures + 1)
    return ways + failures * math.log(rate) + (trials - failures) * math.log1p(-rate)
