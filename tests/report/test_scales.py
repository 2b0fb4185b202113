"""Axes: where values lie, which marks they bear, when they are logarithmic, when words."""

import pytest

from mltrack.report.scales import round_numbers, scale_of


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
