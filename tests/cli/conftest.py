"""A store with runs in it, made by a real script."""

import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.support.cli import Cli
from tests.support.repository import Repository

Script = Callable[[str], str]

TWO_RUNS = """
import mltrack
for name, rate, accuracies in (("first", 0.1, (0.5, 0.9)), ("second", 0.2, (0.6, 0.8))):
    with mltrack.start_run(name=name, params={"lr": rate, "seed": 7}) as run:
        for value in accuracies:
            run.log_metric("acc", value)
"""


@pytest.fixture
def script(repo: Repository) -> Script:
    """Return a function that runs Python code in the repository and returns what it printed."""

    def run(code: str) -> str:
        environment = {**os.environ, "PYTHONPATH": str(Path(__file__).parents[2])}
        done = subprocess.run(
            [sys.executable, "-c", code],
            cwd=repo.path,
            env=environment,
            capture_output=True,
            text=True,
            check=False,
        )
        assert done.returncode == 0, done.stderr
        return done.stdout

    return run


@pytest.fixture
def here(repo: Repository) -> Cli:
    """Return the mltrack command, which runs in the repository."""
    return Cli(repo.path)


@pytest.fixture
def store(here: Cli, script: Script) -> Cli:
    """Return the command in a repository with two finished runs, `first` and `second`."""
    script(TWO_RUNS)
    return here
