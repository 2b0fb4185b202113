"""A smoothed curve is an average that its beginning does not pull."""

import math

import pytest

from mltrack.charts.smoothing import smoothed


def test_nothing_changes_without_a_weight() -> None:
    assert smoothed([1.0, 5.0], 0) == [1.0, 5.0]


def test_the_average_begins_at_the_first_value_and_follows_the_others() -> None:
    assert list(smoothed([4.0, 4.0, 0.0], 0.5)) == pytest.approx([4, 4, 12 / 7])


def test_gaps_stay_and_count_for_nothing() -> None:
    first, gap, last = smoothed([2.0, math.nan, 2.0], 0.9)
    assert [first, last] == pytest.approx([2, 2])
    assert math.isnan(gap)
