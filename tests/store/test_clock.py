"""Time as the store writes it."""

from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mltrack.errors import UsageError
from mltrack.store import clock

SECONDS = st.integers(-62_135_596_800_000, 253_402_300_799_000).map(lambda ms: ms / 1000)


@pytest.mark.parametrize(
    ("seconds", "text"),
    [
        (0, "1970-01-01T00:00:00.000Z"),
        (1.9996, "1970-01-01T00:00:02.000Z"),
        (-0.001, "1969-12-31T23:59:59.999Z"),
        (1_763_825_412.123, "2025-11-22T15:30:12.123Z"),
        (-62_135_596_800, "0001-01-01T00:00:00.000Z"),
    ],
)
def test_time_is_written_in_utc_to_the_millisecond(seconds: float, text: str) -> None:
    assert clock.to_text(seconds) == text


@given(SECONDS)
def test_a_written_time_reads_back_to_the_millisecond(seconds: float) -> None:
    assert clock.seconds_from_text(clock.to_text(seconds)) == pytest.approx(seconds, abs=0.0005)


@pytest.mark.parametrize("seconds", [1e300, -1e300, float("nan"), float("inf"), 253_402_300_800])
def test_a_time_outside_of_the_calendar_is_refused(seconds: float) -> None:
    assert not clock.is_moment(seconds)
    with pytest.raises(UsageError, match="years"):
        clock.to_text(seconds)


def test_a_time_with_an_offset_is_understood() -> None:
    expected = datetime(2026, 1, 31, 12, tzinfo=UTC)
    assert clock.from_text("2026-01-31T14:00:00+02:00") == expected
    assert clock.from_text("2026-01-31T12:00:00") == expected


@pytest.mark.parametrize("text", ["", "yesterday", "2026-13-01", "0001-01-01T00:00:00+14:00", "1"])
def test_what_is_no_time_is_refused(text: str) -> None:
    with pytest.raises(UsageError, match="not a time"):
        clock.from_text(text)
