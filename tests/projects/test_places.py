"""A project runs wherever it lies: in any kind of repository, in none, and where git is missing."""

import os
import shutil
import sys
from pathlib import Path

import pytest

from mltrack.store.store import Store
from mltrack.tracking.catalog.search import list_runs
from mltrack.tracking.entities import RunRecord
from tests.projects.conftest import Project
from tests.support.cli import Cli, Result
from tests.support.repository import Repository

PROJECT = "format: 1\nname: trial\nentry_points:\n  main: {command: [python, main.py]}\n"
LOG = "import mltrack; mltrack.log_metric('acc', 0.5)"
DOCUMENTED_NAMES = ["plain", "with spaces", "Größe-数据", "quote'\"s", "dollar$x", "-dash"]


def write(folder: Path) -> Path:
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "project.yaml").write_text(PROJECT)
    (folder / "main.py").write_text(LOG)
    return folder


def run(cli: Cli, folder: Path, **variables: str) -> tuple[Result, RunRecord]:
    done = cli("run", "--env", "local", cwd=folder, env={**os.environ, **variables})
    assert done.code == 0, done.err
    (store,) = {path for path in (folder, *folder.parents) if (path / ".mltrack").is_dir()}
    (record,) = list_runs(Store(store / ".mltrack")).runs
    assert record.metrics["acc"].last == 0.5
    return done, record


def with_submodule(repo: Repository, tmp_path: Path) -> Path:
    """Give a repository a submodule that is a project, and return its folder."""
    library = Repository.create(tmp_path / "library")
    write(library.path)
    library.commit("Describe it")
    repo.git(
        *("-c", "protocol.file.allow=always", "submodule", "add", "-q", str(library.path), "lib")
    )
    write(repo.path)
    repo.commit("Add a submodule")
    return repo.path / "lib"


@pytest.mark.parametrize("name", DOCUMENTED_NAMES)
def test_the_name_of_its_folder_does_not_matter(repo: Repository, cli: Cli, name: str) -> None:
    folder = write(repo.path / name)

    _, record = run(cli, folder)

    assert record.project["folder"] == name


def test_without_git_it_runs_and_says_nothing_of_code(tmp_path: Path, cli: Cli) -> None:
    _, record = run(cli, write(tmp_path / "plain"))

    assert record.code == {}


def test_before_the_first_commit_the_patch_holds_the_code(tmp_path: Path, cli: Cli) -> None:
    folder = write(tmp_path / "new")
    Repository(folder).git("init", "--quiet")

    _, record = run(cli, folder)

    assert record.code["commit"] is None
    assert record.code["patch"]


def test_where_git_is_not_installed_it_runs_and_the_record_says_so(
    repo: Repository, cli: Cli, tmp_path: Path
) -> None:
    programs = tmp_path / "programs"
    programs.mkdir()
    (programs / "sh").symlink_to(shutil.which("sh") or "/bin/sh")
    (programs / "python").symlink_to(sys.executable)

    _, record = run(cli, write(repo.path), PATH=str(programs))

    assert "git" in record.code["error"]


def test_in_a_submodule_its_own_repository_is_what_ran(
    repo: Repository, cli: Cli, tmp_path: Path
) -> None:
    folder = with_submodule(repo, tmp_path)

    _, record = run(cli, folder)

    assert (folder / ".mltrack").is_dir()
    assert record.code["commit"] == Repository(folder).git("rev-parse", "HEAD")
    assert record.project["folder"] == "."


def test_what_is_changed_in_a_submodule_is_said_and_recorded(
    repo: Repository, cli: Cli, tmp_path: Path
) -> None:
    library = with_submodule(repo, tmp_path)
    (library / "main.py").write_text("changed")

    done, record = run(cli, repo.path)

    assert done.err.count("the record does not hold what is changed in lib") == 1
    assert record.code["changed_submodules"] == ["lib"]


def test_another_commit_of_a_submodule_is_in_the_patch_and_nothing_is_said(
    repo: Repository, cli: Cli, tmp_path: Path
) -> None:
    library = with_submodule(repo, tmp_path)
    (library / "main.py").write_text("changed")
    Repository(library).commit("Change it")

    done, record = run(cli, repo.path)

    assert "does not hold" not in done.err
    assert "changed_submodules" not in record.code
    assert record.code["patch"]


def test_without_a_path_the_project_is_that_of_the_present_folder(
    project: Project, cli: Cli
) -> None:
    folder = project(LOG)

    assert cli("run", "--env", "local", cwd=folder).code == 0
    assert cli("-C", str(folder), "run", "--env", "local").code == 0
