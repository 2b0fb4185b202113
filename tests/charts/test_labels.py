"""Numbers beside an axis: short, and never so short that one stands for another."""

import pytest

from mltrack.charts.labels import number, numbers
from mltrack.charts.scales import Scale


@pytest.mark.parametrize(
    ("low", "high", "labels"),
    [
        (1.0, 1.001, ["1", "1.0002", "1.0004", "1.0006", "1.0008", "1.001"]),
        (1.0, 1.00001, ["1", "1.000002", "1.000004", "1.000006", "1.000008", "1.00001"]),
        (100_000, 100_001, ["100000", "100000.2", "100000.4", "100000.6", "100000.8", "100001"]),
        (0, 1e300, ["0", "2e+299", "4e+299", "6e+299", "8e+299", "1e+300"]),
    ],
)
def test_marks_are_told_apart(low: float, high: float, labels: list[str]) -> None:
    assert [tick.label for tick in Scale(low=low, high=high).ticks()] == labels


def test_decades_are_written_alike() -> None:
    ticks = Scale(low=1e4, high=1e8, log=True).ticks()
    assert [tick.label for tick in ticks] == ["10000", "1e+05", "1e+06", "1e+07", "1e+08"]


def test_a_mark_alone_is_short() -> None:
    assert numbers([0.123456789]) == ["0.12346"]


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (0.000012345678, "1.2346e-05"),
        (99_999.6, "1e+05"),
        (123_456.7, "123457"),
        (-999_999.6, "-1000000"),
        (-0.0, "-0"),
        (float("-inf"), "-Infinity"),
    ],
)
def test_a_number_has_five_digits_or_those_before_its_point(value: float, text: str) -> None:
    assert number(value) == text
