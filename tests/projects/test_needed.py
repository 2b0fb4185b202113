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


def test_what_lies_on_the_callers_own_import_path_is_not_known(ran: Path, cli: Cli) -> None:
    local = ("--env", "local")
    assert cli("run", ".", *local, cwd=ran).code == 0
    assert_skipped(needed(cli, ran, *local))

    done = cli("run", ".", *local, "--needed", cwd=ran, env={**os.environ, "PYTHONPATH": "/x"})

    assert done.out == "ran\n"
    assert "PYTHONPATH is set, and what lies there is not known" in done.err


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


def test_changes_inside_a_submodule_are_changes_of_the_code(
    project: Project, cli: Cli, repo: Repository, tmp_path: Path
) -> None:
    inner = Repository.create(tmp_path / "inner")
    inner.write("part.py", "print('part')\n")
    inner.commit("A part")
    folder = project("print('ran')\n")
    repo.git("-c", "protocol.file.allow=always", "submodule", "add", str(inner.path), "part")
    repo.commit("A project")
    assert cli("run", ".", cwd=folder).code == 0
    assert_skipped(needed(cli, folder))
    (folder / "part/part.py").write_text("print('changed')\n")

    for _ in range(2):
        done = needed(cli, folder)

        assert done.out == "ran\n"
        assert "part" in done.err


def test_what_is_masked_in_the_record_may_be_another_one(
    project: Project, cli: Cli, repo: Repository
) -> None:
    tail = "params:\n  api_token: {type: str, default: one-secret}\n"
    folder = project("print('ran')\n", tail, '[python, main.py, "{api_token}"]')
    repo.commit("A project")
    assert cli("run", ".", cwd=folder).code == 0

    done = needed(cli, folder, "-P", "api_token=other-secret")

    assert done.out == "ran\n"
    assert "api_token" in done.err


def test_a_masked_variable_may_be_another_one(
    project: Project, cli: Cli, repo: Repository, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = project("print('ran')\n", "env: {pass: [SERVICE_TOKEN]}\n")
    repo.commit("A project")
    monkeypatch.setenv("SERVICE_TOKEN", "one-secret-of-mine")
    assert cli("run", ".", cwd=folder).code == 0
    monkeypatch.setenv("SERVICE_TOKEN", "another-secret-of-mine")

    done = needed(cli, folder)

    assert done.out == "ran\n"
    assert "SERVICE_TOKEN" in done.err


def test_a_project_of_the_same_name_in_another_folder_is_another_one(
    cli: Cli, repo: Repository
) -> None:
    for name in ("a", "b"):
        repo.write(
            f"{name}/project.yaml",
            "format: 1\nname: t\nentry_points: {main: {command: [python, main.py]}}\n",
        )
        repo.write(f"{name}/main.py", f"print('{name}')\n")
    repo.commit("Two projects")
    assert cli("run", "a", cwd=repo.path).code == 0

    done = cli("run", "b", "--needed", cwd=repo.path)

    assert (done.code, done.out) == (0, "b\n")


@pytest.mark.parametrize(("one", "other"), [('{"a": 1}', '{"a": true}'), ("[1.0]", "[1]")])
def test_values_of_another_type_are_others(
    project: Project, cli: Cli, repo: Repository, one: str, other: str
) -> None:
    tail = "params:\n  options: {type: json, optional: true}\n"
    folder = project("print('ran')\n", tail, '[python, main.py, "{options}"]')
    repo.commit("A project")
    assert cli("run", ".", "-P", f"options={one}", cwd=folder).code == 0

    assert needed(cli, folder, "-P", f"options={other}").out == "ran\n"
    assert_skipped(needed(cli, folder, "-P", f"options={one}"))


def test_a_value_that_is_left_out_is_another_one(
    project: Project, cli: Cli, repo: Repository
) -> None:
    tail = "params:\n  word: {type: str, optional: true}\n"
    folder = project("print('ran')\n", tail, '[python, main.py, "{word}"]')
    repo.commit("A project")
    assert cli("run", ".", "-P", "word=x", cwd=folder).code == 0

    assert needed(cli, folder).out == "ran\n"


def test_data_that_the_code_tells_of_is_looked_at(
    project: Project, cli: Cli, repo: Repository
) -> None:
    folder = project("import mltrack\nmltrack.log_input('train.csv', 'train')\nprint('ran')\n")
    repo.write("train.csv", "a")
    repo.write(".gitignore", "*.csv\n")
    repo.commit("A project")
    assert cli("run", ".", cwd=folder).code == 0
    assert_skipped(needed(cli, folder))
    repo.write("train.csv", "b")

    done = needed(cli, folder)

    assert done.out == "ran\n"
    assert "train" in done.err


@pytest.mark.parametrize("flag", ["--assume-unchanged", "--skip-worktree"])
def test_files_that_git_does_not_look_at_may_be_others(
    ran: Path, cli: Cli, repo: Repository, flag: str
) -> None:
    repo.git("update-index", flag, "main.py")
    repo.write("main.py", "print('changed')\n")

    done = needed(cli, ran)

    assert done.out == "changed\n"
    assert "main.py" in done.err


def test_what_the_command_got_counts_not_what_it_says_of_it(
    project: Project, cli: Cli, repo: Repository
) -> None:
    code = "import mltrack, sys\nprint(sys.argv[1])\nmltrack.log_param('lr', 1.0)\n"
    tail = "params:\n  lr: {type: float, default: 0.5}\n"
    folder = project(code, tail, '[python, main.py, "{lr}"]')
    repo.commit("A project")
    assert cli("run", ".", cwd=folder).code == 0

    assert needed(cli, folder, "-P", "lr=1.0").out == "1.0\n"


def test_a_submodule_that_git_is_to_ignore_is_looked_at_too(
    project: Project, cli: Cli, repo: Repository, tmp_path: Path
) -> None:
    inner = Repository.create(tmp_path / "inner")
    inner.write("part.py", "print('part')\n")
    inner.commit("A part")
    folder = project("print('ran')\n")
    repo.git("-c", "protocol.file.allow=always", "submodule", "add", str(inner.path), "part")
    repo.git("config", "--file", ".gitmodules", "submodule.part.ignore", "all")
    repo.commit("A project")
    assert cli("run", ".", cwd=folder).code == 0
    within = Repository(folder / "part")
    within.write("part.py", "print('changed')\n")
    within.git("commit", "--quiet", "--all", "--message", "Change it")

    assert needed(cli, folder).out == "ran\n"
