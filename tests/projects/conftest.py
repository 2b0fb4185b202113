"""Projects for tests: a folder with a `project.yaml` and a script."""

from collections.abc import Callable
from pathlib import Path

import pytest

from tests.projects.reruns import COMMAND, LOG, LR
from tests.support.repository import Repository

Project = Callable[..., Path]
"""Writes `project.yaml` with this tail and `main.py` with this code; returns the folder."""


@pytest.fixture
def project(repo: Repository) -> Project:
    """Return a function that makes the repository a project which needs no packages."""

    def write(code: str = "", tail: str = "", command: str = "[python, main.py]") -> Path:
        entry = f"entry_points:\n  main:\n    command: {command}\n"
        repo.write("project.yaml", f"format: 1\nname: trial\n{entry}{tail}")
        repo.write("main.py", code)
        return repo.path

    return write


@pytest.fixture
def committed(project: Project, repo: Repository) -> Path:
    """Return the folder of a project that logs its parameter `lr`, in git."""
    folder = project(LOG, LR, COMMAND)
    repo.commit("A project")
    return folder
