"""Moments as people write them."""

import time
from collections.abc import Iterator

import pytest

from mltrack.errors import UsageError
from mltrack.registry.past.moments import is_moment, moment_of
from mltrack.store import clock


@pytest.fixture(autouse=True)
def _in_paris(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    monkeypatch.setenv("TZ", "Europe/Paris")
    time.tzset()
    yield
    monkeypatch.undo()
    time.tzset()


def text(written: str, *, utc: bool = False, ends: bool = False) -> str:
    return clock.to_text(moment_of(written, utc=utc, ends=ends).timestamp())


@pytest.mark.parametrize(
    ("written", "local", "in_utc"),
    [
        ("2026-08-01", "2026-07-31T22:00:00.000Z", "2026-08-01T00:00:00.000Z"),
        ("2026-08-01T12:00", "2026-08-01T10:00:00.000Z", "2026-08-01T12:00:00.000Z"),
        ("2026-08-01 12:00:30.5", "2026-08-01T10:00:30.500Z", "2026-08-01T12:00:30.500Z"),
        ("2026-08-01T12:00Z", "2026-08-01T12:00:00.000Z", "2026-08-01T12:00:00.000Z"),
        ("2026-08-01T12:00+05:30", "2026-08-01T06:30:00.000Z", "2026-08-01T06:30:00.000Z"),
    ],
)
def test_a_moment_is_local_unless_it_or_the_reader_says_otherwise(
    written: str, local: str, in_utc: str
) -> None:
    assert (text(written), text(written, utc=True)) == (local, in_utc)


def test_a_day_that_ends_something_is_meant_to_its_end() -> None:
    assert moment_of("2026-08-01", utc=True, ends=True) < moment_of("2026-08-02", utc=True)
    assert moment_of("2026-08-01", utc=True, ends=True) > moment_of("2026-08-01T23:59Z")
    assert text("2026-08-01T12:00Z", ends=True) == "2026-08-01T12:00:00.000Z"


@pytest.mark.parametrize("written", ["", "soon", "20260801", "2026-13-01", "2026-08-01T25:00", "1"])
def test_what_is_no_moment_is_refused_with_the_form(written: str) -> None:
    with pytest.raises(UsageError, match="2026-01-31T12:00"):
        moment_of(written)


@pytest.mark.parametrize("name", ["20260801", "2026080", "v1.0", "main", "HEAD~2", "2026-08"])
def test_a_name_of_a_commit_is_no_moment(name: str) -> None:
    assert not is_moment(name)
