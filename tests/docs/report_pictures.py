"""Take the pictures of a report that docs/report.md shows: python -m tests.docs.report_pictures."""

import os
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from playwright.sync_api import Browser, Page, sync_playwright

import mltrack
from tests.support.browser import ARGUMENTS, CHROMIUM
from tests.support.repository import Repository
from tests.support.sweep import make_sweep
from tests.support.world import isolated_variables

PICTURES = Path(__file__).parents[2] / "docs" / "pictures"
WIDTH, HEIGHT, NARROW = 1180, 1040, 390


def main() -> None:
    """Write every picture."""
    PICTURES.mkdir(exist_ok=True)
    with tempfile.TemporaryDirectory() as folder, sync_playwright() as playwright:
        report = _report(Path(folder))
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=ARGUMENTS)
        for name, take in (
            ("light", _light),
            ("dark", _dark),
            ("curve", _curve),
            ("board", _board),
            ("narrow", _narrow),
        ):
            take(browser, report, PICTURES / f"report-{name}.png")
            print(f"docs/pictures/report-{name}.png")
        browser.close()


def _report(folder: Path) -> Path:
    os.environ.update(isolated_variables(folder / "home"))
    os.environ["MLTRACK_USER"] = "Ada Lovelace <ada@example.org>"
    repo = Repository.create(folder / "project")
    os.chdir(repo.path)
    make_sweep(folder / "outside")
    mltrack.write_report("report.html", max="accuracy", title="Churn, first sweep")
    return repo.path / "report.html"


@contextmanager
def _page(browser: Browser, report: Path, scheme: str, width: int = WIDTH) -> Iterator[Page]:
    page = browser.new_page(
        viewport={"width": width, "height": HEIGHT},
        color_scheme="dark" if scheme == "dark" else "light",
    )
    page.goto(report.as_uri())
    page.wait_for_selector("html[data-ready=yes]", state="attached")
    yield page
    page.close()


def _light(browser: Browser, report: Path, picture: Path) -> None:
    with _page(browser, report, "light") as page:
        page.screenshot(path=picture)


def _dark(browser: Browser, report: Path, picture: Path) -> None:
    with _page(browser, report, "dark") as page:
        _scroll_to(page, "#sweep")
        page.screenshot(path=picture)


def _curve(browser: Browser, report: Path, picture: Path) -> None:
    with _page(browser, report, "light") as page:
        _scroll_to(page, "#curves")
        page.locator("#metric").select_option("loss")
        page.locator("#smoothing").fill("0.8")
        page.locator("#chart").hover(position={"x": 420, "y": 120})
        page.locator("#chart-panel").screenshot(path=picture)


def _board(browser: Browser, report: Path, picture: Path) -> None:
    with _page(browser, report, "light") as page:
        _scroll_to(page, "#registry")
        page.locator("#registry").screenshot(path=picture)


def _narrow(browser: Browser, report: Path, picture: Path) -> None:
    with _page(browser, report, "light", NARROW) as page:
        page.screenshot(path=picture)


def _scroll_to(page: Page, section: str) -> None:
    page.evaluate("(section) => document.querySelector(section).scrollIntoView()", section)
    page.wait_for_function("document.querySelector('#scatter svg') || scrollY > 0")


if __name__ == "__main__":
    main()
