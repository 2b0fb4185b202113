"""The report meets WCAG 2.2 AA as far as axe can tell, in both themes, with and without scripts."""

from importlib.resources import files
from pathlib import Path

import pytest
from playwright.sync_api import Page

from tests.system.report.conftest import Opened

RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]


def faults(page: Page) -> list[str]:
    page.evaluate("document.querySelectorAll('details:not(.menu)').forEach((d) => (d.open = true))")
    page.evaluate(files("axe_playwright_python").joinpath("axe.min.js").read_text("utf-8"))
    options = {"runOnly": {"type": "tag", "values": RULES}, "preload": False}
    found = page.evaluate("(options) => axe.run(document, options)", options)
    return [
        f"{fault['id']}: {node['html'][:120]} {node['failureSummary']}"
        for fault in found["violations"]
        for node in fault["nodes"]
    ]


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_axe_finds_no_fault(opened: Opened, small: Path, scheme: str) -> None:
    page = opened(small, color_scheme=scheme)
    for section in ("#curves", "#scatter", "#details"):
        page.locator(section).scroll_into_view_if_needed()
    page.get_by_role("button", name="Points as a table").click()
    assert faults(page) == []


def test_axe_finds_no_fault_on_a_narrow_screen(opened: Opened, small: Path) -> None:
    assert faults(opened(small, viewport={"width": 390, "height": 800})) == []
