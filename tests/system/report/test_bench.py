"""The bench sees what a page takes in a real browser."""

from pathlib import Path

from playwright.sync_api import Browser

from tests.benchmarks import pages


def test_moves_over_all_curves_are_timed(browser: Browser, sweep: Path) -> None:
    found = pages.hovered(browser, sweep, moves=20)
    assert (len(found.taken), found.curves) == (20, 12)
    assert sum(found.taken) > 0


def test_an_empty_page_of_as_many_bytes_is_timed_too(
    browser: Browser, sweep: Path, tmp_path: Path
) -> None:
    size = sweep.stat().st_size
    empty = pages.empty_page(tmp_path / "empty.html", size)
    assert empty.stat().st_size == size
    assert all(pages.seconds_until_ready(browser, page) > 0 for page in (empty, sweep))
