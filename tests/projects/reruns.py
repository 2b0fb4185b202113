"""Runs for the tests that run them again."""

from pathlib import Path
from typing import Any

from tests.support.cli import Cli

LOG = "import mltrack, sys; mltrack.log_metric('acc', float(sys.argv[1]))\n"
LR = "params:\n  lr: {type: float, default: 0.5}\n"
COMMAND = '[python, main.py, "{lr}"]'


def shown(cli: Cli, folder: Path, run: str = "1") -> dict[str, Any]:
    found = cli("show", run, "--output", "json", cwd=folder)
    assert found.code == 0, found.err
    document = found.json()["run"]
    assert isinstance(document, dict)
    return document


def ran(cli: Cli, folder: Path, *options: str) -> str:
    """Run the project and return the handle of the run."""
    done = cli("run", ".", *options, cwd=folder)
    assert done.code == 0, done.err
    return str(shown(cli, folder)["id"])[16:]


def record_of(folder: Path) -> Path:
    (record,) = (folder / ".mltrack" / "runs").rglob("run.yaml")
    return record
