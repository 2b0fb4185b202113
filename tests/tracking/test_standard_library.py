"""In a project's own environment a run is logged with the standard library alone."""

import json
import os
import shutil
import subprocess
import sys
import venv
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest

import mltrack
from mltrack.store.store import Store

LOG = """
import json, os, sys, mltrack
mltrack.log_param("lr", 0.1)
mltrack.log_params({"layers": [1, 2], "note": "x" * 70_000})
mltrack.log_metric("loss", float("nan"))
mltrack.log_metrics({"acc": 0.5}, step=3)
mltrack.set_tags({"team": "red"})
os.makedirs("out/deep", exist_ok=True)
for name in ("a.txt", "out/deep/b.txt"):
    with open(name, "w") as file:
        file.write(name)
mltrack.log_artifact("a.txt")
mltrack.log_artifact("a.txt", "again/a.txt")
mltrack.log_artifacts("out")
mltrack.log_text("text", "z/text.txt")
mltrack.log_dict({"a": [1]}, "z/tree.yaml")
mltrack.log_table({"a": [1]}, "z/table.csv")
mltrack.log_input("a.txt", "train")
mltrack.active_run().finish()
print(json.dumps(sorted({name.partition(".")[0] for name in sys.modules})))
"""
HEAVY = {"yaml", "filelock", "typer", "rich", "virtualenv", "cloudpickle", "numpy"}


@pytest.fixture(scope="module")
def bare(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return the interpreter of an environment with nothing in it."""
    folder = tmp_path_factory.mktemp("bare") / "env"
    venv.create(folder, with_pip=False, symlinks=True)
    return folder / "bin" / "python"


@pytest.fixture(scope="module")
def package(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a folder that holds the package and nothing else."""
    folder = tmp_path_factory.mktemp("bridge")
    (source,) = mltrack.__path__
    shutil.copytree(source, folder / "mltrack", ignore=shutil.ignore_patterns("__pycache__"))
    return folder


def run_bare(bare: Path, package: Path, code: str, variables: Mapping[str, str]) -> list[str]:
    """Run code in the bare environment and return the modules that it loaded."""
    clean = {"PATH": os.environ["PATH"], "HOME": os.environ["HOME"], "PYTHONPATH": str(package)}
    done = subprocess.run(
        [str(bare), "-c", code],
        env={**clean, **variables},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    assert "dropped" not in done.stderr
    loaded: list[str] = json.loads(done.stdout.splitlines()[-1])
    return loaded


def assert_logged(run: Any) -> None:
    assert run.params["layers"] == [1, 2]
    assert run.artifact_path(run.params["note"]["artifact"]).stat().st_size == 70_000
    assert run.metrics["acc"] == 0.5
    assert run.tags == {"team": "red"}
    assert [entry.path for entry in run.artifacts][:3] == ["a.txt", "again/a.txt", "deep/b.txt"]
    assert [entry.path for entry in run.artifacts][-3:] == [
        *("z/table.csv", "z/text.txt", "z/tree.yaml")
    ]
    assert run.inputs["train"]["size"] == 5


def test_a_child_of_the_runner_logs_everything(bare: Path, package: Path, store: Store) -> None:
    with mltrack.start_run() as outer:
        variables = {
            "MLTRACK_STORE": str(store.root),
            "MLTRACK_RUN_ID": outer.id,
            "MLTRACK_SETTINGS": store.settings.as_json(),
        }
        loaded = run_bare(bare, package, LOG, variables)
    assert not HEAVY & set(loaded)
    assert_logged(mltrack.get_run(outer.id))


def test_a_run_of_its_own_needs_nothing_more(bare: Path, package: Path, store: Store) -> None:
    variables = {"MLTRACK_STORE": str(store.root)}
    variables["MLTRACK_SETTINGS"] = store.settings.as_json()
    loaded = run_bare(bare, package, LOG, variables)
    assert not HEAVY & set(loaded)
    run = mltrack.get_run("1")
    assert_logged(run)
    assert run.status == "finished"


def test_logging_loads_no_reader_and_no_heavy_module_here_either(store: Store) -> None:
    code = "import sys\n" + LOG
    environment = {**os.environ, "PYTHONPATH": str(Path(__file__).parents[2])}
    done = subprocess.run(
        [sys.executable, "-c", code], env=environment, capture_output=True, text=True, check=True
    )
    loaded = set(json.loads(done.stdout.splitlines()[-1]))
    assert not HEAVY & loaded
    assert not {"dataclasses", "inspect", "importlib.metadata"} & loaded
