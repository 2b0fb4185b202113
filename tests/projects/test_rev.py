"""`mltrack run --rev`: any commit of the repository, in a checkout, recorded as that commit."""

from pathlib import Path

import pytest

from tests.projects.conftest import Project
from tests.projects.reruns import shown
from tests.support.cli import Cli
from tests.support.repository import Repository


@pytest.fixture
def history(project: Project, repo: Repository) -> Path:
    folder = project("print('old')")
    repo.commit("Old")
    repo.git("tag", "v1")
    repo.write("main.py", "print('new')\n")
    repo.commit("New")
    repo.write("main.py", "print('dirty')\n")
    return folder


def test_it_runs_that_commit_and_the_record_says_so(
    history: Path, cli: Cli, repo: Repository
) -> None:
    done = cli("run", ".", "--rev", "v1", cwd=history)

    assert (done.code, done.out) == (0, "old\n"), done.err
    run = shown(cli, history)
    assert run["code"]["commit"] == repo.git("rev-parse", "v1")
    assert (run["code"]["branch"], run["code"]["dirty"]) == (None, False)
    assert (run["project"]["rev"], run["project"]["folder"]) == ("v1", ".")
    assert repo.git("worktree", "list").count("\n") == 0


def test_a_project_below_the_top_that_is_gone_now(
    history: Path, cli: Cli, repo: Repository
) -> None:
    repo.write("sub/project.yaml", (history / "project.yaml").read_text())
    repo.write("sub/main.py", "import os; print(os.path.basename(os.getcwd()))\n")
    commit = repo.commit("Below")
    repo.git("rm", "-r", "--quiet", "sub")
    repo.commit("Away with it")

    done = cli("run", "sub", "--rev", commit[:9], cwd=history)

    assert (done.code, done.out) == (0, "sub\n"), done.err
    assert shown(cli, history)["project"]["folder"] == "sub"


def test_such_a_run_can_be_run_again(history: Path, cli: Cli) -> None:
    assert cli("run", ".", "--rev", "HEAD", cwd=history).out == "new\n"

    assert cli("rerun", "1", cwd=history).out == "new\n"


@pytest.mark.parametrize("rev", ["nope", "-x", "--exec=touch x", "HEAD:main.py", ""])
def test_what_names_no_commit_is_refused(history: Path, cli: Cli, rev: str) -> None:
    done = cli("run", ".", f"--rev={rev}", cwd=history)

    assert done.code == 125
    assert "names no commit of" in done.err


def test_no_project_at_that_commit(history: Path, cli: Cli, repo: Repository) -> None:
    done = cli("run", ".", "--rev", "v1~1", cwd=history)

    assert done.code == 125
    assert "there is no project.yaml in . at v1~1" in done.err
    assert not (history / ".mltrack").exists()


def test_outside_of_git_there_is_no_commit(cli: Cli, tmp_path: Path) -> None:
    (tmp_path / "plain").mkdir()

    done = cli("run", "plain", "--rev", "HEAD")

    assert done.code == 125
    assert "lies in no git repository" in done.err


def test_before_the_first_commit_there_is_none(cli: Cli, tmp_path: Path) -> None:
    repo = Repository(tmp_path / "new")
    repo.path.mkdir()
    repo.git("init", "--quiet")

    done = cli("run", ".", "--rev", "HEAD", cwd=repo.path)

    assert done.code == 125
    assert "names no commit" in done.err
