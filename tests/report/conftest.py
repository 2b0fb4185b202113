"""Runs to report on, made in a project of their own."""

from collections.abc import Callable

import pytest

import mltrack
from tests.support.cli import Cli
from tests.support.repository import Repository

Made = Callable[..., str]


@pytest.fixture
def project(repo: Repository, monkeypatch: pytest.MonkeyPatch) -> Repository:
    """Work in a git repository, without the capture of code."""
    monkeypatch.chdir(repo.path)
    monkeypatch.setenv("MLTRACK_CAPTURE_CODE", "false")
    monkeypatch.setenv("MLTRACK_CAPTURE_PACKAGES", "false")
    monkeypatch.setenv("MLTRACK_USER", "Ada Lovelace <ada@example.org>")
    return repo


@pytest.fixture
def made(project: Repository) -> Made:
    """Return a function that makes a run with a curve of `acc` and returns its id."""

    def make(
        *values: float, name: str = "train", experiment: str = "churn", **params: object
    ) -> str:
        with mltrack.start_run(name=name, experiment=experiment, params=params) as run:
            for value in values:
                run.log_metric("acc", value)
        return run.id

    return make


@pytest.fixture
def here(project: Repository) -> Cli:
    """Return the mltrack command, which runs in the project."""
    return Cli(project.path)
