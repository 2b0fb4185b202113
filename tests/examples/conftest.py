"""Copies of the examples, each in a git repository of its own."""

import shutil
from pathlib import Path

import pytest

from tests.support.repository import Repository

EXAMPLES = Path(__file__).parents[2] / "examples"
MADE = shutil.ignore_patterns(".mltrack", "__pycache__", "report.csv")


@pytest.fixture
def project(tmp_path: Path, name: str, shared_home: Path) -> Repository:
    """Return a git repository with a copy of the example called `name`, ready to be run."""
    repository = Repository.create(tmp_path / name)
    shutil.copytree(EXAMPLES / name, repository.path, ignore=MADE, dirs_exist_ok=True)
    repository.commit(f"Add {name}")
    return repository
