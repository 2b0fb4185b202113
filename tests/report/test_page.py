"""What a page holds as text: everything that scripts only bring to life."""

import base64
import math
import re
import shutil
from hashlib import sha256
from html.parser import HTMLParser
from pathlib import Path

import pytest

import mltrack
from mltrack.api.runs.search_options import NarrowOptions
from tests.registry.project import package
from tests.report.conftest import Made
from tests.support.hostile import hostile_store
from tests.support.repository import Repository


class Read(HTMLParser):
    """The elements of a page, with what they hold directly."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.found: list[tuple[str, dict[str, str], str]] = []
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.found.append((tag, {name: value or "" for name, value in attrs}, ""))

    def handle_endtag(self, tag: str) -> None:
        self.found.append((f"/{tag}", {}, ""))

    def handle_data(self, data: str) -> None:
        if self.found:
            tag, attributes, text = self.found[-1]
            self.found[-1] = (tag, attributes, text + data)

    def named(self, tag: str) -> list[tuple[dict[str, str], str]]:
        return [(attributes, text) for name, attributes, text in self.found if name == tag]


@pytest.fixture
def page(made: Made, project: Repository) -> str:
    for rate in (0.1, 0.01, 0.001):
        made(0.1, math.nan, 0.5 + rate, name=f"lr <{rate}>", lr=rate, solver="saga")
    mltrack.write_report("r.html", title="A & B")
    return (project.path / "r.html").read_text("utf-8")


def test_the_policy_allows_the_very_texts_of_the_page_and_no_others(page: str) -> None:
    read = Read(page)
    metas = [a["content"] for a, _ in read.named("meta") if "http-equiv" in a]
    scripts = [text for a, text in read.named("script") if a.get("type") != "application/json"]
    texts = [*(text for _, text in read.named("style")), *scripts]
    digests = {base64.b64encode(sha256(text.encode()).digest()).decode() for text in texts}
    assert len(metas) == 1
    assert metas[0].startswith("default-src 'none'; ")
    assert set(re.findall(r"'sha256-([^']+)'", metas[0])) == digests
    assert "unsafe" not in metas[0]


def test_no_element_names_anything_outside(page: str) -> None:
    addresses = [
        value
        for _, attributes, _ in Read(page).found
        for name, value in attributes.items()
        if name in {"src", "href", "srcset", "action", "data", "poster"}
    ]
    assert addresses
    assert [a for a in addresses if not a.startswith(("#", "data:image/"))] == []


def test_no_style_and_no_handler_stands_in_an_element(page: str) -> None:
    names = {name for _, attributes, _ in Read(page).found for name in attributes}
    assert [name for name in names if name == "style" or name.startswith("on")] == []


def test_texts_are_shown_as_they_were_written(page: str) -> None:
    assert Read(page).named("title")[0][1] == "A & B"
    assert "lr &lt;0.1&gt;" in page
    assert "lr <0.1>" not in page


def test_a_page_is_ascii_which_a_browser_reads_fastest(made: Made, project: Repository) -> None:
    for number in range(3):
        made(0.1, 0.2, name="größer ✓ 運行 🎈", lr=number)
    mltrack.write_report("r.html", title="Überblick — 概要")
    page = (project.path / "r.html").read_text("ascii")
    assert Read(page).named("title")[0][1] == "Überblick — 概要"
    rows = Read(page.partition('<table id="table">')[2].partition("</table>")[0])
    assert "größer ✓ 運行 🎈" in {text for _, text in rows.named("td")}


def test_a_gap_is_a_gap_in_the_drawing_too(page: str) -> None:
    lines = re.findall(r'<path class="c\d d\d" d="([^"]+)"><title>', page)
    assert len(lines) == 3
    assert {re.sub(r"[\d. -]+", "", line) for line in lines} == {"MhMh"}


def test_a_run_that_diverged_takes_neither_its_page_nor_the_sweep_away(
    made: Made, project: Repository
) -> None:
    for number in range(13):
        made(0.1, 0.1 + number, lr=number)
    made(math.nan, math.nan, lr=13)
    made(math.inf, -math.inf, lr=10**400)
    mltrack.write_report("r.html")
    page = (project.path / "r.html").read_text("ascii")
    assert 'aria-label="acc against lr, 13 runs"' in page
    assert page.count(' d=""><title>') == 2


def test_the_metric_that_runs_are_ranked_by_is_drawn_first(project: Repository) -> None:
    with mltrack.start_run() as run:
        for name in ("loss", "system/cpu", "acc", "zeta"):
            run.log_metrics({name: 1}, step=0)
            run.log_metrics({name: 2}, step=1)
    for metric, expected in (
        (None, ["acc", "loss", "zeta", "system/cpu"]),
        ("loss", ["loss", "acc", "zeta", "system/cpu"]),
    ):
        mltrack.write_report("r.html", overwrite=True, min=metric)
        options = (project.path / "r.html").read_text("ascii").partition('id="metric">')[2]
        assert re.findall(r"<option>([^<]+)", options.partition("</select>")[0]) == expected


def test_runs_of_another_commit_come_with_their_curves_and_are_said_to_be_of_it(
    made: Made, project: Repository
) -> None:
    run = made(0.1, 0.2)
    project.commit("A run")
    shutil.rmtree(next((project.path / ".mltrack" / "runs").rglob(run)))
    mltrack.write_report("r.html", rev="HEAD")
    page = (project.path / "r.html").read_text("ascii")
    assert "as HEAD has them &#183;" in page
    assert 'class="curves"' in page


def test_what_is_wrong_with_runs_of_another_commit_names_no_folder_of_this_machine(
    made: Made, project: Repository
) -> None:
    made(0.1)
    broken = next((project.path / ".mltrack" / "runs").rglob(f"{made(0.2)}/run.yaml"))
    broken.write_text(f"{broken.read_text()}: : [\n")
    project.commit("Two runs")
    mltrack.write_report("r.html", rev="HEAD")
    page = (project.path / "r.html").read_text("ascii")
    assert "cannot be read: .mltrack/runs/" in page


@pytest.mark.parametrize(
    ("wish", "said"),
    [
        ({"branch": "HEAD~1..HEAD"}, "added in HEAD~1..HEAD"),
        ({"deleted": True}, "also removed ones"),
    ],
)
def test_every_way_to_choose_runs_is_said_in_the_heading(
    made: Made, project: Repository, wish: NarrowOptions, said: str
) -> None:
    made(0.1)
    project.commit("A run")
    made(0.2)
    project.commit("Another")
    mltrack.write_report("r.html", **wish)
    assert f"{said} &#183;" in (project.path / "r.html").read_text("ascii")


def test_a_single_run_differs_from_nothing(made: Made, project: Repository) -> None:
    made(0.1)
    mltrack.write_report("r.html")
    assert "Differences" not in (project.path / "r.html").read_text("ascii")


def test_of_very_many_differences_of_a_kind_the_first_are_there(
    made: Made, project: Repository
) -> None:
    for run in range(2):
        made(0.1, **{f"p{number:02d}": run for number in range(45)})
    mltrack.write_report("r.html")
    page = (project.path / "r.html").read_text("ascii")
    sides = page.partition('<table class="plain side">')[2].partition("</table>")[0]
    assert sides.count('<th scope="row">p') == 40
    assert "and 5 more, which <code>mltrack compare</code> shows" in sides


def test_what_differs_is_there_and_what_is_the_same_is_not(page: str) -> None:
    changes = page.partition('id="changes"')[2].partition("</section>")[0]
    assert '<th scope="row">lr</th>' in changes
    assert "solver" not in changes


def test_a_picture_is_inside_where_it_is_small_and_what_it_says_it_is(
    made: Made, project: Repository
) -> None:
    run = mltrack.start_run(name="pictured")
    run.log_text("<svg xmlns='http://www.w3.org/2000/svg'/>", "a.svg")
    run.log_text("<script>", "fake.png")
    run.log_text("<svg>" + " " * 600_000, "large.svg")
    run.finish()
    mltrack.write_report("r.html")
    text = (project.path / "r.html").read_text("utf-8")
    sources = [attributes["src"] for attributes, _ in Read(text).named("img")]
    assert len(sources) == 1
    assert sources[0].startswith("data:image/svg+xml;base64,")
    assert "2 more are too large for this page" in text


def test_a_store_with_a_broken_and_odd_everything_is_reported(
    project: Repository, tmp_path: Path
) -> None:
    hostile_store(project.path)
    written = mltrack.write_report("r.html", limit=None, where="started > '2000-01-01'")
    assert written.runs > 2
    text = (project.path / "r.html").read_text("utf-8")
    assert not re.search(r"[\x00-\x08\x0b-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069]", text)
    assert "things are not as they should be" in text


def test_texts_without_end_are_cut(made: Made, project: Repository, tmp_path: Path) -> None:
    with mltrack.start_run(name="model", experiment="churn") as model:
        model.log_artifact(package(tmp_path / "package"), to="model")
    mltrack.register_model(model.id, "churn", reason="w" * 100_000)
    [record] = (project.path / ".mltrack" / "runs").glob(f"*/*/{made(0.1)}/run.yaml")
    text = record.read_text().replace('name: "train"', f'name: "{"n" * 100_000}"')
    record.write_text(f'{text}error: "{"e" * 100_000}"\ntraceback: "{"t" * 100_000}"\n')
    mltrack.write_report("r.html")
    page = (project.path / "r.html").read_text("ascii")
    assert re.findall(r"n{300,}|e{4001,}|t{4001,}|w{4001,}", page) == []
    assert [len(found) for found in re.findall(r"e{300,}|t{300,}|w{300,}", page)] == [4000] * 3


def test_many_rows_wait_as_text_for_who_runs_scripts(made: Made, project: Repository) -> None:
    for number in range(52):
        made(0.1, name=f"run-{number}")
    mltrack.write_report("r.html")
    text = (project.path / "r.html").read_text("utf-8")
    later = text.partition('<noscript id="later-rows">')[2].partition("</noscript>")[0]
    assert later.count("<tr>") == 1 + 2
    assert "run-0</td>" in later


def test_a_file_that_is_there_is_replaced_only_when_it_is_said(
    made: Made, project: Repository
) -> None:
    made(0.1)
    page = project.write("r.html", "mine")
    with pytest.raises(mltrack.ConflictError, match="is there already"):
        mltrack.write_report("r.html")
    assert page.read_text() == "mine"
    assert mltrack.write_report("r.html", overwrite=True).runs == 1
    assert page.read_text("utf-8").startswith("<!doctype html>")


def test_too_many_runs_are_refused_before_they_are_read(
    made: Made, project: Repository, monkeypatch: pytest.MonkeyPatch
) -> None:
    for _ in range(3):
        made(0.1)
    monkeypatch.setattr("mltrack.api.reports.chosen.MOST", 2)
    with pytest.raises(mltrack.UsageError, match="2 runs at most, and these are 3"):
        mltrack.write_report("r.html")
    assert not (project.path / "r.html").exists()
