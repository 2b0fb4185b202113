"""What `make demo` shows is true: two real runs, one environment, a model in staging."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from sklearn.datasets import load_breast_cancer

import mltrack
from mltrack.api import store
from mltrack.tracking.history import History
from tests.support.cli import Cli

EXAMPLES = Path(__file__).parents[1] / "examples"


@pytest.fixture
def demo(tmp_path: Path, shared_home: Path) -> Path:
    """Run the demo on a copy of the examples, and return the repository that it leaves."""
    shutil.copytree(EXAMPLES, tmp_path / "examples")
    script = tmp_path / "examples" / "demo.py"
    done = subprocess.run([sys.executable, script], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
    assert done.stdout.partition("# What to try next:\n")[2].startswith("cd .demo\n")
    return tmp_path / ".demo"


def points_of(project: Path, run_id: str) -> History:
    store.use(folder=project)
    return mltrack.get_run(run_id).history("step_acc")


def test_the_demo_leaves_what_a_second_clone_and_another_user_can_use(demo: Path) -> None:
    here = Cli(demo)
    runs = here("ls", "--output", "json").json()["runs"]
    assert [run["status"] for run in runs] == ["finished", "finished"]
    keys = {
        here("show", run["id"], "-o", "json").json()["run"]["environment"]["key"] for run in runs
    }
    assert len(keys) == 1
    assert len(points_of(demo, runs[0]["id"])) == 120
    assert len(here("artifact", "ls", "1", "-o", "json").json()["artifacts"]) == 10
    _, promoted = here("registry", "history", "-o", "json").json()["history"]
    assert (promoted["to"], bool(promoted["reason"])) == ("staging", True)

    clone = demo.parent / "clone"
    subprocess.run(["git", "clone", "-q", demo, clone], check=True)
    there = Cli(clone)
    for command in (("ls",), ("show", "1"), ("model", "ls"), ("show", "1", "-o", "json")):
        assert there(*command).out == here(*command).out

    rows = load_breast_cancer(as_frame=True).data.head(3)
    rows.to_csv(clone / "patients.csv", index=False)
    predict = ("predict", "diagnosis@staging", "patients.csv")
    other_user = {**os.environ, "XDG_CONFIG_HOME": str(demo.parent / "other-user")}
    assert there(*predict, env=other_user).code == 4
    trusted = there(*predict, "--trust", env=other_user)
    assert trusted.out.split() == ["prediction", "0", "0", "0"]
