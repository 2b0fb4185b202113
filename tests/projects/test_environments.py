"""A project runs in the environment that it asks for, and its record tells which that was."""

import sys
from pathlib import Path

import pytest

from tests.support.cli import Cli
from tests.support.repository import Repository
from tests.support.wheels import write_source, write_wheel

SHOW = "import own, tiny; print(own.VERSION, tiny.VERSION)"
PROJECT = """\
format: 1
name: trial
env:
  {env}
entry_points:
  main: {{command: [python, -c, "{show}"]}}
"""


@pytest.fixture
def folder(repo: Repository, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Return a project's folder, with `tiny` in the only place where installers look."""
    write_wheel(tmp_path / "wheels", "tiny")
    monkeypatch.setenv("PIP_NO_INDEX", "1")
    monkeypatch.setenv("PIP_FIND_LINKS", str(tmp_path / "wheels"))
    monkeypatch.setenv("UV_OFFLINE", "1")
    monkeypatch.setenv("UV_FIND_LINKS", str(tmp_path / "wheels"))
    monkeypatch.chdir(repo.path)
    return repo.path


def ran(folder: Path, cli: Cli, env: str, show: str = SHOW) -> None:
    (folder / "project.yaml").write_text(PROJECT.format(env=env, show=show))
    done = cli("run", ".", cwd=folder)
    assert (done.code, done.out) == (0, "1.0 1.0\n"), done.err


def packages_of(folder: Path) -> str:
    return next((folder / ".mltrack" / "runs").rglob("environment.txt")).read_text()


def test_the_code_of_a_pyproject_is_imported_from_where_it_lies(folder: Path, cli: Cli) -> None:
    (folder / "pyproject.toml").write_text('[project]\nname = "own"\ndependencies = ["tiny"]\n')
    (folder / "src").mkdir()
    (folder / "src" / "own.py").write_text("VERSION = '1.0'\n")

    ran(folder, cli, "pyproject: {path: pyproject.toml}")

    assert packages_of(folder).startswith("tiny==1.0 --hash=sha256:")


@pytest.mark.parametrize("line", ["./lib", "-e ./lib"])
def test_a_folder_of_the_project_is_recorded_from_the_projects_folder(
    folder: Path, cli: Cli, line: str
) -> None:
    write_source(folder / "lib", "own")
    (folder / "requirements").mkdir()
    (folder / "requirements" / "all.txt").write_text(f"{line.replace('./', '../')}\ntiny\n")

    ran(folder, cli, "requirements_file: requirements/all.txt")

    assert packages_of(folder).splitlines()[0] == line


def test_a_lock_is_all_that_is_installed(folder: Path, cli: Cli) -> None:
    write_source(folder / "lib", "own")
    (folder / "requirements.txt").write_text("./lib\ntiny\n")
    ran(folder, cli, "requirements_file: requirements.txt")

    (folder / "requirements.lock").write_text(cli("env", "show", "--lock", cwd=folder).out)
    ran(folder, cli, "lock: requirements.lock")

    assert len(cli("env", "ls", "-o", "json").json()["environments"]) == 1


def test_an_environment_is_leased_while_its_command_runs(folder: Path, cli: Cli) -> None:
    collect = [sys.executable, "-m", "mltrack", "env", "gc", "--older-than", "0m", "--yes"]
    (folder / "collect.py").write_text(
        "import os, subprocess\n"
        f"done = subprocess.run({collect}, env={{**os.environ, 'PYTHONPATH': ''}},"
        " capture_output=True, text=True)\n"
        "print('1.0 1.0' if 'nothing is to be removed' in done.stderr else done)\n"
    )

    ran(folder, cli, "requirements: [tiny]", "import collect")
