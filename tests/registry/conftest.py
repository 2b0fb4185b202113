"""A project in a git repository, and models to register in it."""

import shutil
from pathlib import Path

import pytest

from mltrack.api.store import init_store
from tests.registry.project import Project
from tests.support.repository import Repository


@pytest.fixture(autouse=True)
def unsynced(monkeypatch: pytest.MonkeyPatch) -> None:
    """Wait for no disk: no test here cuts the power, and each would wait some twenty times."""
    monkeypatch.setenv("MLTRACK_DURABILITY", "none")


@pytest.fixture
def project(session_cache: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Project:
    """Return a repository with a store, in which the test stands; all are copies of one."""
    made = session_cache / "project"
    if not made.exists():
        repo = Repository.create(made)
        monkeypatch.chdir(made)
        init_store()
        repo.commit("Make the store")
    shutil.copytree(made, tmp_path / "repo", symlinks=True)
    monkeypatch.chdir(tmp_path / "repo")
    return Project(Repository(tmp_path / "repo"), tmp_path)
