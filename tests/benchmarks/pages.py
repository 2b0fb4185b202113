"""How fast a page answers in a real browser without a screen."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import NamedTuple

from playwright.sync_api import Browser, sync_playwright

from tests.support.browser import ARGUMENTS, CHROMIUM

MARK = "mltrack-ready"
_HEAD = (
    '<!doctype html><html lang="en"><head><meta charset="utf-8"><title>-</title></head><body><!--'
)
_TAIL = f'--><script>performance.mark("{MARK}")</script></body></html>'
_READY = f"""() => new Promise((done) => {{
    const look = () => {{
        const [mark] = performance.getEntriesByName("{MARK}");
        if (mark) done(mark.startTime / 1000); else setTimeout(look, 5);
    }};
    look();
}})"""
_HOVERED = """async (moves) => {
    for (const box of [...document.querySelectorAll("#table .pick input")].slice(0, 40)) {
        if (!box.checked) box.click();
    }
    document.querySelector("#chart").scrollIntoView();
    const frame = () => new Promise((done) => requestAnimationFrame(done));
    while (!document.querySelector("#chart .u-over")) await frame();
    const over = document.querySelector("#chart .u-over");
    const { left, top, width, height } = over.getBoundingClientRect();
    over.dispatchEvent(new MouseEvent("mouseenter"));
    const taken = [];
    for (let n = 0; n < moves; n++) {
        const clientX = left + (width * (n + 0.5)) / moves;
        const place = { clientX, clientY: top + height / 2, bubbles: true };
        const event = new MouseEvent("mousemove", place);
        const began = performance.now();
        over.dispatchEvent(event);
        taken.push(performance.now() - began);
        await frame();
    }
    const told = document.querySelector("#legend .value").textContent;
    return { taken, told, curves: document.querySelectorAll("#legend li").length };
}"""


class Hovered(NamedTuple):
    """What moving over a chart took: milliseconds of script of each move, and how many curves."""

    taken: list[float]
    curves: int


@contextmanager
def chromium() -> Iterator[Browser]:
    """Give Debian's browser."""
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=ARGUMENTS)
        yield browser
        browser.close()


def empty_page(path: Path, size_bytes: int) -> Path:
    """Write a page that shows nothing and has so many bytes."""
    path.write_text(f"{_HEAD}{'x' * (size_bytes - len(_HEAD) - len(_TAIL))}{_TAIL}", "utf-8")
    return path


def seconds_until_ready(browser: Browser, page: Path) -> float:
    """Return how long it takes from asking for a page until it answers."""
    with browser.new_context(viewport={"width": 1280, "height": 900}) as context:
        opened = context.new_page()
        opened.goto(page.as_uri())
        return float(opened.evaluate(_READY))


def hovered(browser: Browser, page: Path, *, moves: int) -> Hovered:
    """Return what moving over the curves of a report takes, with as many as it draws at once.

    Raises:
        ValueError: the page tells no value where the cursor is.
    """
    with browser.new_context(viewport={"width": 1280, "height": 900}) as context:
        opened = context.new_page()
        opened.goto(page.as_uri())
        opened.evaluate(_READY)
        found = opened.evaluate(_HOVERED, moves)
        if not found["told"]:
            raise ValueError(f"{page} told no value under the cursor")
        return Hovered(found["taken"], found["curves"])
