"""`mltrack report --markdown`: what a branch adds, for a pull request."""

import html
import re

import pytest

import mltrack
from tests.registry.project import package
from tests.report.conftest import Made
from tests.support.cli import Cli
from tests.support.repository import Repository


@pytest.fixture
def branch(made: Made, project: Repository) -> Repository:
    """Return a repository on a branch that adds nothing yet to two runs of main."""
    made(0.2, 0.6, name="old best")
    made(0.2, 0.5, name="old newest")
    project.commit("Two runs")
    project.branch("feature")
    return project


def test_runs_come_with_deltas_to_the_best_of_the_base(
    here: Cli, made: Made, branch: Repository
) -> None:
    made(0.1, 0.7, name="new")
    branch.commit("A better run")
    made(0.1, 0.4, name="not committed")
    result = here("report", "--markdown", "--base", "main", "--max", "acc")
    assert result.code == 0, result.err
    assert result.out.startswith("### 2 runs added since `main` (`")
    assert "| run | name | status | acc | curve of acc |" in result.out
    assert "| 0.7 (▲ +0.1 better) | ▁█ |" in result.out
    assert "| finished, not committed | 0.4 (▼ -0.2 worse) | ▁█ |" in result.out
    assert re.search(r"`\w{6}` old best, the best of experiment churn on the base.", result.out)
    assert "old newest" not in result.out


def test_where_the_lowest_is_best_less_is_better(here: Cli, made: Made, branch: Repository) -> None:
    made(0.3, name="new")
    made(0.5, name="the same")
    out = here("report", "--markdown", "--base", "main", "--min", "acc").out
    assert "0.3 (▼ -0.2 better)" in out
    assert "0.5 (=)" in out
    assert "old newest, the best of experiment churn on the base." in out


def test_without_a_direction_the_newest_of_the_base_is_the_baseline(
    here: Cli, made: Made, branch: Repository
) -> None:
    made(0.7, name="new")
    out = here("report", "--markdown", "--base", "main").out
    assert "| 0.7 (▲ +0.2) |" in out
    assert "old newest, the newest of experiment churn on the base." in out
    assert "better" not in out


def test_the_newest_of_the_base_is_the_newest_however_the_runs_are_sorted(
    here: Cli, made: Made, branch: Repository
) -> None:
    made(0.7, name="new")
    out = here("report", "--markdown", "--base", "main", "--sort", "acc desc").out
    assert "old newest, the newest of experiment churn on the base." in out


def test_only_chosen_runs_are_told_of(here: Cli, made: Made, branch: Repository) -> None:
    made(0.7, name="one")
    made(0.8, name="two")
    out = here("report", "--markdown", "--base", "main", "--where", "metrics.acc > 0.75").out
    assert "1 run added" in out
    assert "two" in out
    assert "old newest" in out
    assert "2 runs" in here("report", "--markdown", "--base", "main", "1..3").out
    newest = here("report", "--markdown", "--base", "main", "--limit", "1").out
    assert ("2 runs added" in newest, "and 1 more run" in newest) == (True, True)
    assert "| one |" not in newest


def test_what_was_done_to_models_comes_with_what_gates_found(
    here: Cli, made: Made, branch: Repository
) -> None:
    with mltrack.start_run(name="model") as run:
        run.log_metric("acc", 0.9)
        run.log_artifact(package(branch.path.parent / "package"), to="model")
    gate = "gates:\n  staging:\n    - intact: true\n    - metric: acc\n      min: 0.8\n"
    with (branch.path / ".mltrack" / "config.yaml").open("a") as config:
        config.write(gate)
    mltrack.register_model(run.id, "churn", reason="first | candidate")
    mltrack.promote_model("churn/1", to="staging", reason="good @ada #1", force=True)
    out = here("report", "--markdown", "--base", "main").out
    assert "### Models" in out
    moved = "| v1 | dev → staging **forced** | ada&#64;&#8203;example.org |"
    assert f"{moved} good &#64;&#8203;ada &#35;&#8203;1 |" in out
    assert "first &#124; candidate" in out
    assert "#### Gates" in out
    assert "| churn v1 | staging | accuracy at least 0.8 | ❌ not met |" in out
    assert out.count("✅ met") == 1


def test_a_stage_that_branches_disagree_on_is_told_on_page_and_in_comment(
    here: Cli, branch: Repository
) -> None:
    for number in range(2):
        with mltrack.start_run(name=f"model {number}") as run:
            run.log_artifact(package(branch.path.parent / f"package{number}"), to="model")
        mltrack.register_model(run.id, "churn", reason="new")
    branch.commit("Two versions")
    for name, version in (("theirs", 2), ("ours", 1)):
        branch.checkout("feature")
        branch.branch(name)
        mltrack.promote_model(f"churn/{version}", to="staging", reason="mine")
        branch.commit(name)
    branch.git("merge", "-q", "--no-edit", "theirs")
    told = "staging of churn is contested: churn/1 and churn/2"
    comment = here("report", "--markdown", "--base", "feature").out
    assert comment.startswith("### No runs added since `feature`")
    assert f"**{told}**" in html.unescape(comment)
    mltrack.write_report("r.html")
    page = (branch.path / "r.html").read_text("ascii")
    assert f'<p class="bad">{told}</p>' in page
    board = page.partition('<table class="board">')[2].partition("</table>")[0]
    assert board.count('<b class="tag bad">contested</b>') == 2


def test_a_comment_that_no_host_would_take_is_warned_of(
    here: Cli, made: Made, branch: Repository
) -> None:
    for _ in range(66):
        made(0.1, name="#" * 200)
    assert (
        "more than a comment on GitHub holds" in here("report", "--markdown", "--base", "main").err
    )
    shorter = here("report", "--markdown", "--base", "main", "--limit", "20")
    assert (shorter.code, shorter.err) == (0, "")


def test_a_branch_that_adds_nothing_says_so(here: Cli, branch: Repository) -> None:
    result = here("report", "--markdown", "--base", "main")
    assert result.code == 0
    assert result.out.startswith("This branch adds no runs and no registry events to `main`")


def test_what_cannot_be_read_is_told_below_in_a_fold(
    here: Cli, made: Made, branch: Repository
) -> None:
    made(0.7, name="new")
    [broken] = (branch.path / ".mltrack" / "runs").glob(f"*/*/{made(0.8)}/run.yaml")
    broken.write_text("status: [<b>")
    out = here("report", "--markdown", "--base", "main").out
    assert "### 1 run added" in out
    fold = out.partition("<details><summary>1 warning about the store</summary>\n\n- ")[2]
    assert fold.partition("\n\n")[2] == "</details>\n"
    assert "<b>" not in fold
    assert "/run.yaml" in fold
    assert str(branch.path) not in fold


def test_runs_of_the_base_that_came_later_do_not_count(
    here: Cli, made: Made, branch: Repository
) -> None:
    made(0.7, name="ours")
    branch.commit("Ours")
    branch.checkout("main")
    made(0.9, name="theirs")
    branch.commit("Theirs")
    branch.checkout("feature")
    out = here("report", "--markdown", "--base", "main").out
    assert "1 run added" in out
    assert "ours" in out
    assert "theirs" not in out


def test_a_base_that_is_not_here_is_told_with_how_to_fetch_it(
    here: Cli, branch: Repository
) -> None:
    result = here("report", "--markdown", "--base", "origin/main")
    assert result.code == 3
    assert "'origin/main' names no commit" in result.err
    branch.commit("All")
    clone = branch.path.parent / "clone"
    branch.git("clone", "-q", "--depth", "1", branch.path.as_uri(), str(clone))
    shallow = Repository(clone)
    fix = Cli(clone)("report", "--markdown", "--base", "origin/main").err.partition("fix: git ")[2]
    shallow.git(*fix.split())
    assert Cli(clone)("report", "--markdown", "--base", "origin/main").code == 0


def test_it_needs_no_extra_and_goes_to_a_file(made: Made, here: Cli, branch: Repository) -> None:
    branch.write("jinja2.py", "raise ImportError\n")
    made(0.7, name="new")
    assert here("report", "--markdown", "--base", "main", "-o", "c.md").out == "c.md\n"
    assert (branch.path / "c.md").read_text("utf-8").startswith("### 1 run added")
    assert here("report", "--markdown", "--base", "main", "-o", "c.md").code == 2


def test_no_text_of_a_run_acts_in_the_comment(here: Cli, made: Made, branch: Repository) -> None:
    made(0.7, name="<img src=x> [a](http://evil) | `x` @ada #1 www.evil.test GH-1 a@b.c !2")
    out = here("report", "--markdown", "--base", "main").out
    row = next(line for line in out.splitlines() if "finished" in line)
    assert "&#60;img src=x&#62; &#91;a&#93;(http&#58;&#8203;//evil) &#124; &#96;x&#96; " in row
    assert row.count("|") == 5
    seen = html.unescape(row)
    for found in ("@ada", "#1", "://", "www.", "GH-1", "a@b.c", "!2"):
        assert found not in seen
        assert found in seen.replace("\u200b", "")
