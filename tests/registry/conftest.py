"""A project in a git repository, and models to register in it."""

import shutil
from pathlib import Path

import pytest

from mltrack.api.store import init_store
from tests.registry.project import Project
from tests.support.repository import Repository


@pytest.fixture
def project(session_cache: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Project:
    """Return a repository with a store, in which the test stands."""
    return _copied(0, session_cache, tmp_path, monkeypatch)


@pytest.fixture
def two(session_cache: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Project:
    """Return the same with churn/1 and churn/2, which are committed."""
    return _copied(2, session_cache, tmp_path, monkeypatch)


def _copied(
    versions: int, session_cache: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> Project:
    """Return a project with so many versions: a copy of one that is made once."""
    kept = session_cache / f"project-{versions}"
    if not kept.exists():
        repo = Repository.create(kept)
        monkeypatch.chdir(kept)
        init_store()
        project = Project(repo, session_cache / f"packages-{versions}")
        for _ in range(versions):
            project.register()
        repo.commit("Make the store")
    folder = tmp_path / "repo"
    shutil.copytree(kept, folder, symlinks=True)
    monkeypatch.chdir(folder)
    return Project(Repository(folder), tmp_path, made=versions)
