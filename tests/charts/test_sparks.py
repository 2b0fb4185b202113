"""A curve as one line of text."""

import math

import pytest

from mltrack.charts.sparks import spark


@pytest.mark.parametrize(
    ("values", "drawn"),
    [
        ([0, 1, 2, 3, 4, 5, 6, 7], "▁▂▃▄▅▆▇█"),
        ([1, math.nan, 2], "▁ █"),
        ([5, 5], "▅▅"),
        ([math.inf, 0, 1], " ▁█"),
        ([-1.7e308, 1.7e308, 0], "▁█▅"),
        ([5e-324, 0], "▅▅"),
        ([], ""),
        ([math.nan], ""),
    ],
)
def test_heights_are_those_of_the_values(values: list[float], drawn: str) -> None:
    assert spark(values) == drawn


def test_a_long_curve_is_drawn_in_its_means() -> None:
    assert spark([float(n) for n in range(1000)], 4) == "▁▃▆█"
    assert spark([1.7e308, 1.7e308, -1.7e308, -1.7e308], 2) == "█▁"
