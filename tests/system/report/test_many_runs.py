"""Of many runs, those after the first fifty come when somebody wants them."""

from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

import mltrack
from tests.system.report.conftest import Opened, made_in

RUNS = 60


def make() -> None:
    for number in range(RUNS):
        with mltrack.start_run(name=f"run-{number:02d}", params={"n": number}) as run:
            run.log_metric("acc", (number * 7) % RUNS)


@pytest.fixture(scope="session")
def many(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return made_in(tmp_path_factory.mktemp("many"), make)


@pytest.fixture
def page(opened: Opened, many: Path) -> Page:
    return opened(many)


def test_fifty_are_shown_until_all_are_asked_for(page: Page) -> None:
    rows = page.locator("#table tbody tr:visible")
    expect(rows).to_have_count(50)
    page.get_by_role("button", name=f"Show all {RUNS}").click()
    expect(rows).to_have_count(RUNS)
    page.get_by_role("button", name="Show 50").click()
    expect(rows).to_have_count(50)


def test_sorting_and_filtering_look_at_all(page: Page) -> None:
    first = page.locator("#table tbody tr:visible td:nth-of-type(2)")
    page.get_by_role("button", name="acc").click()
    expect(first.first).to_have_text("run-17")  # 17 * 7 is 59 above a multiple of 60
    page.locator("#filter").fill("run-0")
    expect(page.locator("#table tbody tr:visible")).to_have_count(10)
    expect(page.locator("#count")).to_have_text(f"10 of {RUNS} runs")
