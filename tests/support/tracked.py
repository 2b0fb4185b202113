"""Fixtures of tests that make runs: a project with a store, and programs that run in it."""

from collections.abc import Iterator

import pytest

from mltrack.api.tracking import chosen
from mltrack.store.store import Store
from mltrack.tracking import open_runs
from mltrack.tracking.outcome import FINISHED
from tests.support.programs import Programs
from tests.support.repository import Repository


@pytest.fixture(autouse=True)
def project(repo: Repository, monkeypatch: pytest.MonkeyPatch) -> Iterator[Repository]:
    """Work in a git repository, without the capture of code; leave no run open."""
    monkeypatch.chdir(repo.path)
    monkeypatch.setenv("MLTRACK_CAPTURE_CODE", "false")
    monkeypatch.setenv("MLTRACK_CAPTURE_PACKAGES", "false")
    monkeypatch.setenv("MLTRACK_USER", "Ada Lovelace <ada@example.org>")
    chosen.chosen.clear()
    yield repo
    while run := open_runs.active():
        open_runs.let_go(run, FINISHED)


@pytest.fixture
def store(project: Repository) -> Store:
    """Return the project's store, made ready."""
    return Store.create(project.path / ".mltrack")


@pytest.fixture
def programs(project: Repository) -> Programs:
    """Return what runs Python programs in the project."""
    return Programs(project.path)
