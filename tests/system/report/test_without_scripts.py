"""Whoever runs no scripts reads everything all the same."""

import re
from pathlib import Path

from playwright.sync_api import expect

from tests.system.report.conftest import Opened


def test_tables_curves_sweep_and_registry_are_there(opened: Opened, sweep: Path) -> None:
    page = opened(sweep, ready=False, java_script_enabled=False)
    expect(page.locator("#table tbody tr")).to_have_count(12)
    expect(page.locator("#curves svg.drawing")).to_have_count(2)
    expect(page.locator("#curves svg.drawing").first.locator(".lines path")).to_have_count(12)
    expect(page.locator("#sweep svg.drawing")).to_have_count(5)
    expect(page.locator("#registry .board td", has_text="v3")).to_be_visible()
    expect(page.locator("#registry svg.trend").first).to_be_visible()
    gates = page.locator("#registry .gate")
    expect(gates.first).to_have_text(
        re.compile("✓ met: +its files are as they were registered", re.DOTALL)
    )
    expect(gates.last).to_have_text(re.compile("✗ not met: +.*accuracy", re.DOTALL))
    expect(page.locator("#pictures img").first).to_be_visible()


def test_what_needs_scripts_is_not_shown(opened: Opened, sweep: Path) -> None:
    page = opened(sweep, ready=False, java_script_enabled=False)
    assert page.locator("button:visible, input:visible, select:visible").count() == 0


def test_folded_parts_open(opened: Opened, sweep: Path) -> None:
    page = opened(sweep, ready=False, java_script_enabled=False)
    page.locator("#details summary").first.click()
    expect(page.locator("#details dl.facts").first).to_be_visible()
