"""A store that a stranger made runs no script in the report and asks for nothing."""

import math
import re
from pathlib import Path

import pytest
from playwright.sync_api import Page

import mltrack
from tests.registry.project import package
from tests.support import hostile as hostile_texts
from tests.support.browser import Seen
from tests.system.report.conftest import Opened, made_in

EVIL = (
    "\"'><img src=http://evil.test/i onerror=pwned()><script>pwned()</script>"
    "<svg onload=pwned()></script><!--<script>{{7*7}}{%raw%}`${pwned()}`</title></style>"
)
NAME = "\"'><img src=x onerror=pwned()><script>pwned()<svg onload=pwned()>{{7*7}}"
"""What the name of an experiment or a model has room for."""
SVG = (
    '<svg xmlns="http://www.w3.org/2000/svg" width="9" height="9" onload="parent.pwned()">'
    '<script>parent.pwned(); fetch("http://evil.test/s")</script>'
    '<image href="http://evil.test/x.png"/><style>@import "http://evil.test/c.css";</style></svg>'
)


def make(outside: Path) -> None:
    mltrack.set_experiment(NAME)
    for number in range(4):
        params = {f"p{EVIL}": f"{EVIL}\u2028{number}", "lr": number / 10, "__proto__": EVIL}
        with mltrack.start_run(name=EVIL, params=params) as run:
            for step in range(3):
                run.log_metric(f"m{EVIL}", number + step)
                run.log_metric("__proto__", step)
                run.log_metric("constructor", step)
            run.set_tag(f"t{EVIL}", f"{EVIL}{number}")
            run.log_text(SVG, "a <b onmouseover=pwned()> 'x'.svg")
            run.log_artifact(package(outside / f"m{number}"), to="model")
        mltrack.note_run(run.id, f"{EVIL}\u2028\u202e")
        mltrack.register_model(run.id, NAME, reason=EVIL)
    mltrack.promote_model(f"{NAME}/2", to="staging", reason=EVIL)


@pytest.fixture(scope="session")
def hostile(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("hostile")
    return made_in(folder, lambda: make(folder / "outside"))


@pytest.fixture(scope="session")
def poisoned(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return the report of a store in whose files every text is evil, as no command writes it."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(hostile_texts, "EVIL", EVIL + hostile_texts.EVIL)
        return made_in(
            tmp_path_factory.mktemp("poisoned"),
            lambda: hostile_texts.hostile_store(Path.cwd()),
            where="started > '2000-01-01'",
        )


def used(page: Page) -> None:
    """Use every control, so that every text is put into the page by its script too."""
    page.evaluate("document.querySelectorAll('details:not(.menu)').forEach((d) => (d.open = true))")
    for select in page.locator("select").all():
        for option in select.locator("option").all():
            select.select_option(option.get_attribute("value"))
    page.get_by_role("button", name="Points as a table").click()
    page.locator("#filter").fill("<img")
    page.locator("#filter").fill("")
    page.evaluate(
        "document.querySelectorAll('#table .sort, .choices input').forEach((b) => b.click())"
    )
    page.locator("#chart").hover(position={"x": 300, "y": 100})
    for section in page.locator("main section").all():
        section.scroll_into_view_if_needed()
    page.keyboard.press("End")


@pytest.mark.parametrize("made_by", ["hostile", "poisoned"])
def test_no_script_runs_and_nothing_is_asked_for(
    opened: Opened, made_by: str, request: pytest.FixtureRequest
) -> None:
    page = opened(request.getfixturevalue(made_by))
    page.evaluate("() => { window.pwned = () => { window.wasPwned = true; }; }")
    used(page)
    page.evaluate("new Promise((done) => requestAnimationFrame(() => setTimeout(done)))")
    assert page.evaluate("window.wasPwned") is None
    assert [u for u in Seen.of(page).requests if not u.startswith(("file:", "data:"))] == []
    assert Seen.of(page).errors == []


def make_numbers() -> None:
    mltrack.set_experiment("numbers")
    for number in range(14):
        params = {"wide": (-1) ** number * 1.7e308, "tiny": number * 5e-324, "n": number}
        with mltrack.start_run(params=params | {"span": 10.0 ** (number * 40 - 300)}) as run:
            for step in range(6):
                run.log_metric("wide", (-1) ** step * 1.7e308, step=step * 10**17)
                run.log_metric("tiny", 5e-324 * step)
                run.log_metric("span", 10.0 ** (step * 100 - 300))
                run.log_metric("nowhere", math.inf if step % 2 else math.nan)
            run.log_metric("acc", (math.nan, math.inf, -math.inf, *range(11))[number])


def test_numbers_at_the_edges_of_what_there_is_are_no_fault(opened: Opened, tmp_path: Path) -> None:
    page = opened(made_in(tmp_path, make_numbers))
    used(page)
    page.locator("#log").check()
    page.locator("#sweep-metric").select_option("metrics.acc")
    assert page.locator("#parallel .lines path").count() == 11
    assert Seen.of(page).errors == []


def test_no_character_that_turns_text_is_shown(opened: Opened, poisoned: Path) -> None:
    page = opened(poisoned)
    used(page)
    assert re.findall("[\u202a-\u202e\u2066-\u2069]", page.locator("body").inner_text()) == []


def test_a_word_on_an_axis_is_no_longer_than_its_place(opened: Opened, hostile: Path) -> None:
    page = opened(hostile)
    page.locator("#scatter").scroll_into_view_if_needed()
    words = page.locator("#parallel text, #scatter text").all_text_contents()
    drawn = opened(hostile, ready=False, java_script_enabled=False)
    words += drawn.locator("#sweep .axis text, #sweep .labels text:not(.name)").all_text_contents()
    assert {len(word) for word in words if word.startswith("\"'>")} == {17}


def test_every_text_is_shown_as_it_was_written(opened: Opened, hostile: Path) -> None:
    page = opened(hostile)
    assert "<script>pwned()</script>" in page.locator("#table tbody").inner_text()
    assert page.locator("img:not([src^='data:image/'])").count() == 0
    assert page.locator("main script, main [onload], main [onerror]").count() == 0
    assert page.title().startswith("\"'><img")


def test_the_policy_stops_what_would_slip_through(opened: Opened, hostile: Path) -> None:
    page = opened(hostile)
    page.evaluate(
        """() => {
            window.ran = false;
            document.body.insertAdjacentHTML("beforeend",
                "<img src=x: onerror='window.ran = true'><img src='http://evil.test/i'>");
            const script = document.createElement("script");
            script.textContent = "window.ran = true";
            document.body.append(script);
        }"""
    )
    page.evaluate("fetch('http://evil.test/f').catch(() => 0)")
    assert page.evaluate("window.ran") is False
    refused = [error for error in Seen.of(page).errors if "Content Security Policy" in error]
    assert len(refused) >= 3
