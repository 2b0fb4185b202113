"""Every control of the report does what it says, by mouse and by keyboard."""

import re
from itertools import pairwise
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from tests.support.browser import Seen
from tests.system.report.conftest import Opened

RUNS = 12


def shown_rows(page: Page) -> list[str]:
    return page.locator("#table tbody tr:visible th").all_inner_texts()


def column(page: Page, title: str) -> list[str]:
    titles = [t.split()[0] for t in page.locator("#table thead th:visible").all_inner_texts()[1:]]
    at = titles.index(title) + 2
    cells = page.locator(f"#table tbody tr:visible > :visible:nth-child({at})")
    return cells.all_inner_texts()


def scale(page: Page) -> tuple[float, float]:
    """Return the part of the lower axis that the readout tells at both edges of the chart."""
    page.locator("#chart").focus()
    ends = []
    for key in ("Home", "End"):
        page.keyboard.press(key)
        told = re.match(r"step (-?\d+)", page.locator("#readout").inner_text())
        assert told is not None
        ends.append(float(told[1]))
    return ends[0], ends[1]


def test_nothing_goes_wrong_and_nothing_is_asked_for(page: Page) -> None:
    page.mouse.wheel(0, 20_000)
    assert Seen.of(page).errors == []
    assert [u for u in Seen.of(page).requests if not u.startswith(("file:", "data:"))] == []


def test_a_click_sorts_and_a_second_one_turns_the_order(page: Page) -> None:
    page.get_by_role("button", name="loss").click()
    descending = [float(text) for text in column(page, "loss")]
    assert descending == sorted(descending, reverse=True)
    page.get_by_role("button", name="loss").click()
    assert [float(text) for text in column(page, "loss")] == sorted(descending)


def test_the_keyboard_sorts_and_the_order_is_told(page: Page) -> None:
    page.get_by_role("button", name="name").focus()
    page.keyboard.press("Enter")
    heading = page.get_by_role("columnheader", name="name")
    expect(heading).to_have_attribute("aria-sort", "ascending")
    assert column(page, "name") == sorted(column(page, "name"))


@pytest.mark.parametrize(
    ("words", "count"),
    [("saga", 4), ("saga final", 2), ("lr>0.05", 6), ("depth=4 lr<=0.03", 2), ("nowhere", 0)],
)
def test_a_filter_leaves_the_rows_that_match(page: Page, words: str, count: int) -> None:
    page.locator("#filter").fill(words)
    assert len(shown_rows(page)) == count
    expect(page.locator("#count")).to_have_text(f"{count} of {RUNS} runs")


def test_a_column_is_taken_away_and_brought_back(page: Page) -> None:
    heading = page.get_by_role("columnheader", name="solver")
    box = page.locator("#columns").get_by_label("solver")
    page.locator(".menu summary", has_text="Columns").click()
    box.uncheck()
    expect(heading).to_be_hidden()
    box.check()
    expect(heading).to_be_visible()


def test_an_open_menu_closes_by_escape_and_by_a_click_elsewhere(page: Page) -> None:
    menu, summary = page.locator("#columns"), page.locator(".menu summary", has_text="Columns")
    summary.click()
    expect(menu).to_be_visible()
    page.keyboard.press("Escape")
    expect(menu).to_be_hidden()
    summary.click()
    page.locator("h1").click()
    expect(menu).to_be_hidden()


def test_the_library_of_the_chart_runs_only_once_somebody_comes_near_it(
    opened: Opened, sweep: Path
) -> None:
    page = opened(sweep, viewport={"width": 1280, "height": 200})
    assert page.evaluate("'uPlot' in window") is False
    page.locator("#metric").select_option("loss")
    page.locator("#chart").scroll_into_view_if_needed()
    expect(page.locator("#chart canvas")).to_be_visible()
    assert Seen.of(page).errors == []


def test_the_picker_shows_another_metric(page: Page) -> None:
    page.locator("#metric").select_option("loss")
    page.locator("#chart").hover(position={"x": 300, "y": 150})
    first = page.locator("#legend .value").first.inner_text()
    page.locator("#metric").select_option("accuracy")
    page.locator("#chart").hover(position={"x": 301, "y": 150})
    assert page.locator("#legend .value").first.inner_text() != first


def test_hovering_tells_the_step_and_the_value_of_each_curve(page: Page) -> None:
    page.locator("#chart").hover(position={"x": 500, "y": 150})
    expect(page.locator("#readout")).to_have_text(re.compile(r"step \d+"))
    values = page.locator("#legend .value").all_inner_texts()
    assert len(values) == 10
    assert all(0 <= float(value) <= 1 for value in values)


def test_dragging_zooms_and_the_button_takes_it_back(page: Page) -> None:
    whole = scale(page)
    box = page.locator("#chart").bounding_box()
    assert box is not None
    page.mouse.move(box["x"] + 300, box["y"] + 100)
    page.mouse.down()
    page.mouse.move(box["x"] + 600, box["y"] + 100, steps=4)
    page.mouse.up()
    zoomed = scale(page)
    assert whole[0] < zoomed[0] < zoomed[1] < whole[1]
    page.locator("#smoothing").fill("0.5")
    page.locator("#metric").select_option("loss")
    assert scale(page) == zoomed
    page.get_by_role("button", name="Reset zoom").click()
    assert scale(page) == whole


def test_the_keyboard_zooms_and_reads_values(page: Page) -> None:
    whole = scale(page)
    page.keyboard.press("0")
    page.keyboard.press("ArrowLeft")
    page.keyboard.press("+")
    zoomed = scale(page)
    assert zoomed[1] - zoomed[0] < whole[1] - whole[0]
    page.keyboard.press("Escape")
    assert scale(page) == whole
    expect(page.locator("#readout")).to_have_text(re.compile(r"step \d+: .*sweep-\d+ 0\.\d+"))


def test_smoothing_draws_a_calmer_curve_and_keeps_the_raw_one(page: Page) -> None:
    def noise() -> float:
        page.locator("#chart").focus()
        page.keyboard.press("End")
        values: list[float] = []
        for _ in range(12):
            page.keyboard.press("ArrowLeft")
            values.append(float(page.locator("#legend .value").first.inner_text()))
        return sum(abs(a - b) for a, b in pairwise(values))

    raw = noise()
    page.locator("#smoothing").fill("0.9")
    expect(page.locator("#smoothed")).to_have_text("0.9")
    assert noise() < raw / 2
    expect(page.locator("#chart canvas")).to_have_count(1)


def test_a_log_axis_draws_otherwise(page: Page) -> None:
    page.locator("#metric").select_option("loss")
    before = page.locator("#chart canvas").screenshot()
    page.get_by_label("log axis").check()
    assert page.locator("#chart canvas").screenshot() != before


@pytest.mark.parametrize(
    ("over", "told"), [("time", r"\d s after the start"), ("wall", r"\d{4}-\d\d-\d\d \d\d:\d\d")]
)
def test_curves_are_drawn_over_time_too(page: Page, over: str, told: str) -> None:
    page.locator("#over").select_option(over)
    page.locator("#chart").hover(position={"x": 500, "y": 150})
    expect(page.locator("#readout")).to_have_text(re.compile(told))


def test_a_box_in_the_table_adds_a_curve(page: Page) -> None:
    box = page.locator("#table tbody tr .pick input").last
    box.check()
    expect(page.locator("#legend li")).to_have_count(11)
    box.uncheck()
    expect(page.locator("#legend li")).to_have_count(10)


def test_the_points_of_the_curves_are_there_as_a_table(page: Page) -> None:
    page.locator("#metric").select_option("loss")
    page.get_by_role("button", name="Points as a table").click()
    rows = page.locator("#points tbody tr")
    assert rows.count() > 10 * 200
    expect(page.locator("#points").get_by_text("gap").first).to_be_attached()


def test_axes_of_the_sweep_are_chosen(page: Page) -> None:
    page.locator("#sweep").scroll_into_view_if_needed()
    axes = page.locator("#parallel .axis")
    expect(axes).to_have_count(5)
    page.locator("#sweep .menu summary").click()
    page.locator("#sweep-axes").get_by_label("depth").uncheck()
    expect(axes).to_have_count(4)
    page.locator("#sweep-metric").select_option("metrics.loss")
    expect(page.locator("#parallel .axis .name").last).to_have_text("loss")


def test_the_scatter_draws_what_is_picked_and_names_a_run(page: Page) -> None:
    page.locator("#scatter").scroll_into_view_if_needed()
    page.locator("#scatter-x").select_option("params.lr")
    page.locator("#scatter-y").select_option("metrics.val/auc")
    dots = page.locator("#scatter circle")
    expect(dots).to_have_count(RUNS)
    dots.first.hover(force=True)
    expect(page.locator("#scatter-note")).to_have_text(re.compile(r"sweep-\d+: lr .*, val/auc 0\."))


def test_themes_are_the_systems_until_one_is_chosen(page: Page) -> None:
    def paper() -> str:
        return str(page.evaluate("getComputedStyle(document.body).backgroundColor"))

    assert paper() == "rgb(255, 255, 255)"
    page.emulate_media(color_scheme="dark")
    assert paper() != "rgb(255, 255, 255)"
    page.get_by_role("button", name="Light").click()
    assert paper() == "rgb(255, 255, 255)"
    page.reload()
    assert paper() == "rgb(255, 255, 255)"
    page.get_by_role("button", name="Dark").click()
    page.emulate_media(color_scheme="light")
    assert paper() != "rgb(255, 255, 255)"


def test_a_narrow_screen_needs_no_scrolling_sideways(page: Page) -> None:
    page.set_viewport_size({"width": 390, "height": 800})
    assert page.evaluate("document.documentElement.scrollWidth") == 390


def test_print_has_all_that_is_folded_away(page: Page) -> None:
    page.emulate_media(media="print")
    page.evaluate("dispatchEvent(new Event('beforeprint'))")
    expect(page.locator("#details dl.facts").first).to_be_visible()
    expect(page.locator("nav")).to_be_hidden()
    expect(page.locator("#parallel svg, #scatter svg, #chart canvas")).to_have_count(3)
    assert page.locator("main details:not(.menu):not([open])").count() == 0


def test_paper_shows_the_whole_chart_in_its_colours_for_light_and_says_what_it_is(
    page: Page,
) -> None:
    page.get_by_role("button", name="Dark").click()
    page.locator("#chart").scroll_into_view_if_needed()
    page.locator("#metric").select_option("loss")
    page.locator("#log").check()
    expect(page.locator("#chart-title")).to_be_hidden()
    dark = page.evaluate("getComputedStyle(document.body).color")
    page.evaluate("dispatchEvent(new Event('beforeprint'))")
    page.emulate_media(media="print")
    page.locator("main").evaluate("(main) => (main.style.width = '600px')")
    canvas = page.locator("#chart canvas").bounding_box()
    assert canvas is not None
    assert 500 < canvas["width"] <= 600
    expect(page.locator("#chart-title")).to_have_text("loss over step, on a logarithmic axis")
    expect(page.locator("html")).to_have_attribute("data-theme", "light")
    page.evaluate("dispatchEvent(new Event('afterprint'))")
    page.emulate_media(media="screen")
    assert page.evaluate("getComputedStyle(document.body).color") == dark
