"""A real browser, and pages made by the command from stores that the tests write."""

import os
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, sync_playwright

import mltrack
from tests.support.browser import ARGUMENTS, CHROMIUM, Seen
from tests.support.repository import Repository
from tests.support.sweep import make_sweep
from tests.support.world import isolated_variables

Opened = Callable[..., Page]


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    """Return Debian's Chromium."""
    assert shutil.which(CHROMIUM), "Chromium is missing: run make test-system"
    with sync_playwright() as playwright:
        chromium = playwright.chromium.launch(executable_path=CHROMIUM, args=ARGUMENTS)
        yield chromium
        chromium.close()


@pytest.fixture(scope="session")
def sweep(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return the report of a sweep, which the tests only look at."""
    folder = tmp_path_factory.mktemp("sweep")
    return made_in(folder, lambda: make_sweep(folder / "outside"), max="accuracy")


@pytest.fixture(scope="session")
def small(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a report of the same kinds of things, but few of each."""
    folder = tmp_path_factory.mktemp("small")
    outside = folder / "outside"
    return made_in(folder, lambda: make_sweep(outside, runs=4, steps=8, versions=2))


def made_in(folder: Path, make: Callable[[], object], **options: Any) -> Path:
    """Return the report of runs that `make` makes in a repository of their own."""
    settings = {
        **isolated_variables(folder / "home"),
        "MLTRACK_CAPTURE_CODE": "false",
        "MLTRACK_CAPTURE_PACKAGES": "false",
        "MLTRACK_USER": "Ada Lovelace <ada@example.org>",
    }
    before = Path.cwd()
    with pytest.MonkeyPatch.context() as patch:
        for name, value in settings.items():
            patch.setenv(name, value)
        repo = Repository.create(folder / "project")
        os.chdir(repo.path)
        try:
            make()
            return mltrack.write_report((folder / "report.html").absolute(), **options).path
        finally:
            os.chdir(before)
            mltrack.set_experiment("default")


@pytest.fixture
def opened(browser: Browser) -> Iterator[Opened]:
    """Return a function that opens a page and notes what it asks for and what goes wrong."""
    contexts: list[BrowserContext] = []

    def open_page(path: Path, *, ready: bool = True, **options: object) -> Page:
        settings = {"viewport": {"width": 1280, "height": 900}, **options}
        context = browser.new_context(**settings)  # type: ignore[arg-type]  # any option it knows
        contexts.append(context)
        page = context.new_page()
        Seen.watch(page)
        page.goto(path.as_uri())
        if ready:
            page.wait_for_selector("html[data-ready=yes]", state="attached")
        return page

    yield open_page
    for context in contexts:
        context.close()


@pytest.fixture
def page(opened: Opened, sweep: Path) -> Page:
    """Return the report of the sweep, open in the light theme."""
    return opened(sweep, color_scheme="light")
