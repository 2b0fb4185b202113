"""The card of a version."""

from pathlib import Path

import pytest

import mltrack
from mltrack.registry.facts import Described
from mltrack.registry.lineage.page import Code, Page, Section, Table, as_html, as_markdown
from mltrack.registry.reader import stages_of
from mltrack.registry.writing import append, changing
from tests.registry.project import Project
from tests.registry.test_lineage import evaluate, train
from tests.support.cli import Cli

HOSTILE = "<script>alert(1)</script> | [x](http://e.org) `a`\n# big\x1b[2J *b* _c_"


def describe(project: Project, **fields: str) -> None:
    with changing(project.store, "churn", stages_of(project.store)) as state:
        fact = Described(version=None, fields=fields)
        append(project.store, state, fact, name="churn", reason="")


def test_a_card_says_who_answers_what_it_came_from_and_what_was_found(project: Project) -> None:
    prepare, version = train(project)
    evaluate(version)
    describe(project, owner="Ada", risk_tier="high", region="EU")
    project.promote("churn/1", "production")
    card = mltrack.model_card("churn@production")
    for words in (
        "# churn v1",
        "| owner | Ada |",
        "| contact | not said |",
        "| risk tier | high |",
        "| region | EU |",
        'mltrack.load_model("models:/churn/1")',
        f"| parent | {prepare} |",
        "| parameter lr | 0.1 |",
        "| auc | 0.9 |",
        "| dev to production | ada@example.org | good enough |",
        f"| digest | {version.digest} |",
    ):
        assert words in card
    assert card.startswith("---\nlibrary_name: sklearn\n")


def test_what_others_wrote_is_only_text_on_a_card(project: Project) -> None:
    project.register()
    describe(project, purpose=HOSTILE)
    line = next(row for row in mltrack.model_card("churn").splitlines() if "purpose" in row)
    assert r"\<script\>" in line
    assert r"\| \[x\](http" in line
    assert "\x1b" not in line


def test_a_name_cannot_leave_the_line_of_python_that_loads_it(project: Project) -> None:
    mltrack.register_model(project.run(), 'a"); import os; ("')
    assert r'load_model("models:/a\"); import os; (\"/1")' in mltrack.model_card(
        'a"); import os; ("/1'
    )


@pytest.mark.parametrize("lead", ["- item", "1. item", "+ item", "=== head"])
def test_a_text_of_a_page_begins_no_list_and_no_heading(lead: str) -> None:
    section = Section(title="", blocks=(lead,))
    assert "\\" in as_markdown(Page(title="t", sections=(section,))).splitlines()[2]


def test_html_runs_nothing_and_asks_for_nothing() -> None:
    table = Table(rows=((HOSTILE, "b"),))
    section = Section(title=HOSTILE, blocks=(HOSTILE, Code(HOSTILE), table))
    page = as_html(Page(title=HOSTILE, sections=(section,)))
    assert "<script" not in page
    assert "\x1b" not in page
    assert "default-src 'none'" in page
    assert page.count("&lt;script&gt;") == 6


def test_a_card_of_a_version_whose_run_is_gone_says_so(project: Project) -> None:
    version = project.register()
    (project.store.layout.run_folder(str(version.source.run)) / "run.yaml").unlink()
    card = mltrack.model_card("churn/1")
    assert "The run is not here." in card
    assert "Its package is not here." in card


def test_the_command_writes_a_file_and_asks_before_it_overwrites(
    project: Project, cli: Cli, tmp_path: Path
) -> None:
    project.register()
    file = tmp_path / "card.md"
    done = cli("model", "card", "churn/1", "-o", str(file), cwd=project.repo.path)
    assert (done.code, done.out) == (0, "")
    assert file.read_text().rstrip("\n") == mltrack.model_card("churn/1").rstrip("\n")
    file.write_text("mine")
    refused = cli("model", "card", "churn/1", "-o", str(file), cwd=project.repo.path)
    assert (refused.code, file.read_text()) == (2, "mine")
    assert (
        cli("model", "card", "churn/1", "-o", str(file), "--yes", cwd=project.repo.path).code == 0
    )
    assert file.read_text() != "mine"
