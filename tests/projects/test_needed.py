"""`mltrack run --needed` skips what the same run has finished already, and says why it does not."""

import os
from pathlib import Path

import pytest

from tests.projects.conftest import Project
from tests.support.cli import Cli, Result
from tests.support.repository import Repository

TAIL = """\
params:
  lr: {type: float, default: 0.1}
  data: {type: path, default: data.csv}
"""
COMMAND = '[python, main.py, "{lr}"]'


@pytest.fixture
def ran(project: Project, cli: Cli, repo: Repository) -> Path:
    folder = project("import sys\nprint('ran')\nsys.exit(sys.argv[1] == '9.0')\n", TAIL, COMMAND)
    repo.write("data.csv", "a")
    repo.write(".gitignore", "data.csv\n")
    repo.commit("A project")
    assert cli("run", ".", cwd=folder).code == 0
    return folder


def needed(cli: Cli, folder: Path, *options: str, seed: str | None = None) -> Result:
    env = {**os.environ, **({"PYTHONHASHSEED": seed} if seed else {})}
    done = cli("run", ".", "--needed", *options, cwd=folder, env=env)
    assert done.code == 0, done.err
    return done


def assert_skipped(done: Result) -> None:
    assert done.out == "", done.err
    assert "has finished with the same of everything" in done.err


def test_the_same_run_is_not_made_again(ran: Path, cli: Cli) -> None:
    assert_skipped(needed(cli, ran))

    assert len(cli("ls", "--output", "json", cwd=ran).json()["runs"]) == 1


def test_commits_that_only_keep_runs_are_the_same_code(
    ran: Path, cli: Cli, repo: Repository
) -> None:
    repo.commit("Keep the run")

    assert_skipped(needed(cli, ran))


def test_what_ran_before_it_was_committed_is_the_same_code(
    ran: Path, cli: Cli, repo: Repository
) -> None:
    repo.write("helper.py", "")
    repo.write("main.py", "print('ran')\n")
    assert cli("run", ".", cwd=ran).code == 0
    repo.commit("Commit what ran")

    assert_skipped(needed(cli, ran))


def test_a_change_that_was_taken_back_is_none(ran: Path, cli: Cli, repo: Repository) -> None:
    repo.write("main.py", "print('ran')\n")
    assert cli("run", ".", cwd=ran).code == 0
    repo.git("checkout", "main.py")

    assert_skipped(needed(cli, ran))


@pytest.mark.parametrize(
    ("change", "why"),
    [
        ("code", "its code was another one"),
        ("untracked", "its code was another one"),
        ("data", "its data was another one"),
        ("parameter", "with these parameters has finished"),
        ("variable", "its variables were others"),
        ("python", "its environment was another one"),
    ],
)
def test_what_differs_is_run_and_named(
    ran: Path, cli: Cli, repo: Repository, change: str, why: str
) -> None:
    if change == "code":
        repo.write("main.py", "print('ran')\n")
    if change == "untracked":
        repo.write("helper.py", "")
    if change == "data":
        repo.write("data.csv", "b")
    options = {"parameter": ["-P", "lr=0.2"], "python": ["--env", "local"]}.get(change, [])

    done = needed(cli, ran, *options, seed="5" if change == "variable" else None)

    assert done.out == "ran\n"
    assert why in done.err


def test_a_run_that_failed_answers_nothing(ran: Path, cli: Cli) -> None:
    assert cli("run", ".", "-P", "lr=9", cwd=ran).code == 1

    done = cli("run", ".", "-P", "lr=9", "--needed", cwd=ran)

    assert (done.code, done.out) == (1, "ran\n")


def test_a_run_that_was_removed_answers_nothing(ran: Path, cli: Cli) -> None:
    assert cli("rm", "1", "--yes", cwd=ran).code == 0

    assert needed(cli, ran).out == "ran\n"


def test_outside_of_git_it_always_runs_and_says_why(cli: Cli, tmp_path: Path) -> None:
    folder = tmp_path / "plain"
    folder.mkdir()
    (folder / "project.yaml").write_text(
        "format: 1\nname: t\nentry_points: {main: {command: [python, main.py]}}\n"
    )
    (folder / "main.py").write_text("print('ran')\n")
    needed(cli, folder)

    done = needed(cli, folder)

    assert done.out == "ran\n"
    assert "lies in no git repository" in done.err


def test_a_rerun_answers_too(ran: Path, cli: Cli) -> None:
    handle = cli("ls", "--output", "json", cwd=ran).json()["runs"][0]["id"][16:]
    assert cli("rerun", handle, cwd=ran).code == 0
    assert cli("rm", handle, "--yes", cwd=ran).code == 0

    assert_skipped(needed(cli, ran))
