"""Fewer points draw the same curve."""

import math
from array import array

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mltrack.charts.thinning import Curve, points_for, thinned

VALUES = st.lists(
    st.one_of(st.floats(-1e9, 1e9), st.sampled_from([math.nan, math.inf, -math.inf])),
    min_size=1,
    max_size=400,
)


def curve(values: list[float]) -> Curve:
    steps = range(len(values))
    return Curve(began=0.0, steps=steps, times=steps, values=array("d", values), count=len(values))


def finite(values: object) -> list[float]:
    return [value for value in values if math.isfinite(value)]  # type: ignore[attr-defined]


@given(values=VALUES, most=st.integers(5, 60))
def test_there_are_at_most_so_many_points_in_their_order(values: list[float], most: int) -> None:
    kept = thinned(curve(values), most)
    assert len(kept.values) <= most
    assert len(kept.values) == len(kept.steps) == len(kept.times)
    assert list(kept.steps) == sorted(set(kept.steps))
    assert all(
        value == values[step] or math.isnan(value)
        for step, value in zip(kept.steps, kept.values, strict=True)
    )


@given(values=VALUES, most=st.integers(5, 60))
def test_first_last_lowest_and_highest_are_kept(values: list[float], most: int) -> None:
    kept = thinned(curve(values), most)
    assert (kept.steps[0], kept.steps[-1]) == (0, len(values) - 1)
    if finite(values):
        assert min(finite(kept.values)) == min(finite(values))
        assert max(finite(kept.values)) == max(finite(values))


@given(values=VALUES, most=st.integers(5, 60))
def test_where_something_was_no_number_a_gap_is_left(values: list[float], most: int) -> None:
    kept = thinned(curve(values), most)
    assert (len(finite(values)) < len(values)) == (len(finite(kept.values)) < len(kept.values))


def test_a_peak_of_one_point_in_a_million_is_kept() -> None:
    values = [0.0] * 1_000_000
    values[654_321] = 1.0
    kept = thinned(curve(values))
    assert len(kept.values) <= 300
    assert kept.values[list(kept.steps).index(654_321)] == 1.0


@pytest.mark.parametrize(("curves", "points"), [(1, 300), (1000, 240), (100_000, 16)])
def test_many_curves_have_fewer_points_each(curves: int, points: int) -> None:
    assert points_for(curves, 240_000) == points
