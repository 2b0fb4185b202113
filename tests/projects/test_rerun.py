"""`mltrack rerun`: the code that the run had, in the folder and with the variables that it had."""

import os
from pathlib import Path

import pytest

from tests.projects.conftest import Project
from tests.projects.reruns import COMMAND, LOG, LR, ran, shown
from tests.support.cli import Cli
from tests.support.repository import Repository


def test_it_has_the_code_the_run_had_though_the_tree_went_on(
    committed: Path, cli: Cli, repo: Repository
) -> None:
    first = ran(cli, committed)
    repo.write("main.py", "raise SystemExit(9)\n")
    repo.commit("Break it")

    done = cli("rerun", first, cwd=committed)

    assert done.code == 0, done.err
    run = shown(cli, committed)
    assert run["metrics"] == {"acc": 0.5}
    assert run["project"]["rerun_of"].endswith(first)
    assert (run["name"], run["experiment"]) == ("trial", "trial")


def test_uncommitted_code_of_the_run_is_there_too(
    committed: Path, cli: Cli, repo: Repository
) -> None:
    repo.write("main.py", f"import helper\n{LOG}")
    repo.write("helper.py", "print('from helper')\n")
    first = ran(cli, committed)
    before = shown(cli, committed)["code"]
    repo.git("checkout", "main.py")
    (committed / "helper.py").unlink()

    done = cli("rerun", first, cwd=committed)

    assert done.out == "from helper\n"
    after = shown(cli, committed)["code"]
    assert (after["base"], after["patch"]) == (before["base"], before["patch"])


def test_the_users_tree_is_as_it_was(committed: Path, cli: Cli, repo: Repository) -> None:
    first = ran(cli, committed)
    repo.write("main.py", "print('changed')\n")
    repo.write("staged.py", "")
    repo.git("add", "staged.py")
    status = repo.git("status", "--porcelain", "--", ":!.mltrack")

    assert cli("rerun", first, cwd=committed).code == 0

    assert repo.git("status", "--porcelain", "--", ":!.mltrack") == status
    assert repo.git("worktree", "list").count("\n") == 0


def test_a_repository_that_git_does_not_trust_is_told_of(
    committed: Path, cli: Cli, monkeypatch: pytest.MonkeyPatch
) -> None:
    first = ran(cli, committed)
    monkeypatch.setenv("GIT_TEST_ASSUME_DIFFERENT_OWNER", "1")

    done = cli("rerun", first, cwd=committed)

    assert done.code == 125
    assert "dubious ownership" in done.err


def test_a_run_of_a_branch_before_any_commit_can_be_run_again(cli: Cli, tmp_path: Path) -> None:
    (tmp_path / "new").mkdir()
    repo = Repository(tmp_path / "new")
    repo.git("init", "--quiet", "--initial-branch=main")
    repo.write(
        "project.yaml", f"format: 1\nname: t\nentry_points: {{main: {{command: {COMMAND}}}}}\n{LR}"
    )
    repo.write("main.py", LOG)
    first = ran(cli, repo.path)
    before = shown(cli, repo.path)["code"]
    repo.write("main.py", "raise SystemExit(3)\n")

    done = cli("rerun", first, cwd=repo.path)

    assert done.code == 0, done.err
    after = shown(cli, repo.path)["code"]
    assert (after["base"], after["patch"]) == (None, before["patch"])


def test_the_childs_exit_code_is_the_commands(project: Project, cli: Cli, repo: Repository) -> None:
    folder = project("raise SystemExit(42)")
    repo.commit("A project")
    cli("run", ".", cwd=folder)

    assert cli("rerun", "1", cwd=folder).code == 42


def test_current_code_takes_the_tree_as_it_is(committed: Path, cli: Cli, repo: Repository) -> None:
    first = ran(cli, committed)
    repo.write("main.py", "import os; print(os.getcwd())\n")

    done = cli("rerun", first, "--current", "code", cwd=committed)

    assert done.out.strip() == str(committed)
    assert shown(cli, committed)["project"]["rerun_of"].endswith(first)


def test_a_project_below_the_top_runs_in_its_folder(
    project: Project, cli: Cli, repo: Repository
) -> None:
    top = project("import os; print(os.path.basename(os.getcwd()))")
    (top / "be low").mkdir()
    for name in ("project.yaml", "main.py"):
        (top / name).rename(top / "be low" / name)
    repo.commit("A project")
    assert cli("run", "be low", cwd=top).code == 0

    done = cli("rerun", "1", cwd=top)

    assert done.out == "be low\n"
    assert shown(cli, top)["project"]["folder"] == "be low"


def test_a_rerun_can_be_run_again(committed: Path, cli: Cli) -> None:
    ran(cli, committed)
    assert cli("rerun", "1", cwd=committed).code == 0

    assert cli("rerun", "1", cwd=committed).code == 0

    assert len(cli("ls", "--output", "json", cwd=committed).json()["runs"]) == 3


def test_the_files_of_a_thousand_committed_runs_are_not_written(
    committed: Path, cli: Cli, repo: Repository
) -> None:
    repo.write(
        "main.py",
        "from pathlib import Path; print(sorted(p.name for p in Path().iterdir()))\n",
    )
    for number in range(1000):
        repo.write(f".mltrack/runs/202501/01/20250101-{number:06d}-abcdefgh/note.txt", "x")
    repo.commit("Many runs")
    ran(cli, committed)

    done = cli("rerun", "1", cwd=committed)

    assert done.out == "['.git', 'README.md', 'main.py', 'project.yaml']\n"


def test_variables_that_the_project_passes_on_are_those_of_the_run(
    project: Project, cli: Cli, repo: Repository
) -> None:
    folder = project("import os; print(os.environ.get('MODE'))\n", "env: {pass: [MODE]}\n")
    repo.commit("A project")
    assert cli("run", ".", cwd=folder, env={**os.environ, "MODE": "fast"}).out == "fast\n"

    done = cli("rerun", "1", cwd=folder, env={**os.environ, "MODE": "slow"})

    assert done.out == "fast\n", done.err
