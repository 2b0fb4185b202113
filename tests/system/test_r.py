"""Programs in other languages log through the command, here R."""

import os
import shutil
import sys
from pathlib import Path

import pytest

from tests.support.cli import Cli
from tests.support.repository import Repository

PROJECT = """\
format: 1
name: regression
params:
  rate: {type: float, default: 0.5}
entry_points:
  main: {command: [Rscript, train.R, "{rate}"]}
"""

SCRIPT = """\
rate <- as.numeric(commandArgs(trailingOnly = TRUE)[1])
stopifnot(rate == 0.5)
status <- system2("mltrack", c("log", "metric", "loss", "0.25", "--step", "1"))
quit(status = status)
"""


@pytest.fixture
def r_project(repo: Repository, monkeypatch: pytest.MonkeyPatch) -> Repository:
    """Return a committed project whose entry point is an R script that can find mltrack."""
    assert shutil.which("Rscript"), "Rscript is missing: run make test-system"
    monkeypatch.setenv("PATH", f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}")
    repo.write("project.yaml", PROJECT)
    repo.write("train.R", SCRIPT)
    repo.commit("Add an R project")
    return repo


def test_an_r_script_logs_to_the_run_that_started_it(r_project: Repository, cli: Cli) -> None:
    ran = cli("run", ".", "--env", "local", cwd=r_project.path)
    assert ran.code == 0, ran.err

    listed = cli("ls", "--output", "json", cwd=r_project.path)

    assert listed.code == 0, listed.err
    (run,) = listed.json()["runs"]
    assert run["status"] == "finished"
    assert run["params"] == {"rate": 0.5}
    assert run["metrics"]["loss"] == 0.25
