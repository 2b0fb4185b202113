"""A project in a git repository, and models to register in it."""

from pathlib import Path

import pytest

from mltrack.api.store import init_store
from tests.registry.project import Project
from tests.support.repository import Repository


@pytest.fixture
def project(repo: Repository, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Project:
    """Return a repository with a store, in which the test stands."""
    monkeypatch.chdir(repo.path)
    init_store()
    made = Project(repo, tmp_path)
    repo.commit("Make the store")
    return made
