"""Axes: where values lie, which marks they bear, when they are logarithmic, when words."""

import pytest

from mltrack.charts.scales import axis_of, round_moments, round_numbers, scale_of


@pytest.mark.parametrize(
    ("low", "high", "marks"),
    [
        (0, 1, [0, 0.2, 0.4, 0.6, 0.8, 1]),
        (0, 399, [0, 100, 200, 300]),
        (-3, 7, [-2, 0, 2, 4, 6]),
        (0.1, 0.1, [0.1]),
    ],
)
def test_marks_are_round_numbers(low: float, high: float, marks: list[float]) -> None:
    assert round_numbers(low, high) == marks


def test_numbers_that_span_decades_lie_on_a_logarithmic_axis() -> None:
    scale = scale_of([0.001, 0.1])
    assert scale is not None
    assert scale.at(0.01) == pytest.approx(0.5)
    assert [tick.label for tick in scale.ticks()] == ["0.001", "0.01", "0.1"]


def test_words_stand_side_by_side() -> None:
    scale = scale_of(["saga", "adam", None, "saga"])
    assert scale is not None
    assert [scale.at(word) for word in ("adam", "saga", "sgd")] == [0.25, 0.75, None]


@pytest.mark.parametrize("values", [[], [None], [f"w{n}" for n in range(13)]])
def test_nothing_and_too_many_words_have_no_axis(values: list[object]) -> None:
    assert scale_of(values) is None


def test_a_number_that_no_float_holds_is_a_word() -> None:
    scale = scale_of([1, 10**400])
    assert scale is not None
    assert len(scale.words) == 2


def test_an_axis_as_long_as_floats_go_has_places() -> None:
    scale = axis_of([-1.7e308, 1.7e308, float("nan"), float("inf")])
    assert scale is not None
    assert [scale.at(value) for value in (-1.7e308, 0.0, 1.7e308)] == [0, 0.5, 1]


def test_an_axis_shorter_than_a_float_can_divide_has_one_mark() -> None:
    assert round_numbers(0, 5e-324) == [0]


def test_moments_as_far_apart_as_floats_go_have_one_mark() -> None:
    assert round_moments(-1.7e308, 1.7e308) == [-1.7e308]


def test_a_logarithmic_axis_is_of_what_is_positive() -> None:
    scale = axis_of([-1, 0, 0.5, 2], log=True)
    assert scale is not None
    assert (scale.low, scale.high) == (0.5, 2)
    assert axis_of([-1, 0], log=True) is None


def test_values_that_are_all_alike_lie_in_the_middle() -> None:
    scale = axis_of([3.0, 3.0])
    assert scale is not None
    assert scale.at(3.0) == pytest.approx(0.5)
