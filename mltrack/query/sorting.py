"""Put the best run first."""

import math
from collections.abc import Sequence

from mltrack.query.keys import Key, Row, metric_key, require_known, value_of

_NUMBER, _NAN, _MISSING = range(3)


def ranked(rows: Sequence[Row], metric: str, *, highest: bool) -> list[Row]:
    """Return rows by a metric, the highest or the lowest first; NaN after numbers, missing last.

    Runs that are equal stay in the order in which they came.

    Raises:
        UsageError: no run has the metric.
    """
    key = metric_key(metric)
    require_known(key, rows)
    return sorted(rows, key=lambda row: _rank(row, key, highest=highest))


def _rank(row: Row, key: Key, *, highest: bool) -> tuple[int, float]:
    value = value_of(row, key)
    if not isinstance(value, int | float):
        return _MISSING, 0.0
    if math.isnan(value):
        return _NAN, 0.0
    return _NUMBER, -value if highest else value
