"""mltrack evaluate: a registered model, a file, the holder of a stage beside it."""

from pathlib import Path
from typing import Any

import pandas as pd
import pytest

import mltrack
from mltrack.store.store import Store
from tests.support.cli import Cli
from tests.support.repository import Repository
from tests.support.tracked import project, store

__all__ = ["project", "store"]


@pytest.fixture
def here(project: Repository, store: Store, folder: Path, frame: pd.DataFrame, target: Any) -> Cli:
    """Register the classifier as churn/1, put it into production, and write `test.csv`."""
    mltrack.register_model(str(folder), "churn")
    mltrack.promote_model("churn/1", to="production", reason="a test")
    rows = frame.assign(region=["north", "south"] * 20, left=target)
    rows.to_csv(project.path / "test.csv", index=False)
    return Cli(project.path)


def test_a_version_and_the_holder_are_shown_side_by_side(here: Cli) -> None:
    done = here(
        *("evaluate", "churn/1", "test.csv", "--target", "left"),
        *("--against", "churn@production", "--by", "region", "--by", "region,age"),
    )
    assert done.code == 0
    lines = done.out.splitlines()
    assert lines[0] == "churn/1 on test.csv: 40 rows, classification of left, positive: 1"
    assert next(line for line in lines if "accuracy" in line).endswith("+0  same")
    assert any(line.startswith("  region = north") for line in lines)
    assert any(line.startswith("  region,age = north,") for line in lines)
    assert "next: mltrack compare " in done.err


def test_the_run_is_tied_to_the_version(here: Cli) -> None:
    done = here("evaluate", "churn@production", "test.csv", "--target", "left", "-o", "json").json()
    found = done["evaluation"]
    version = mltrack.get_model("churn").versions[0]
    run = mltrack.get_run(found["run"])
    assert (found["model"], found["version"]) == ("churn/1", version.id)
    assert found["model_digest"] == version.digest
    assert run.name == "churn/1 on test.csv"
    assert run.tags["evaluate.version"] == version.id


def test_a_figure_is_no_judgement(here: Cli, project: Repository) -> None:
    rows = pd.read_csv(project.path / "test.csv")
    rows.assign(left=1 - rows["left"]).to_csv(project.path / "wrong.csv", index=False)
    done = here("evaluate", "churn/1", "wrong.csv", "--target", "left", "--metric", "accuracy")
    assert done.code == 0


def test_a_function_of_the_project_is_a_metric(here: Cli, project: Repository) -> None:
    text = "def total(y_true, y_pred, rows):\n    return len(rows)\n"
    (project.path / "costs.py").write_text(text, encoding="utf-8")
    words = ("evaluate", "churn/1", "test.csv", "--target", "left", "--metric", "f1")
    done = here(*words, "--metric-function", "costs:total", "-o", "json").json()
    assert done["evaluation"]["metrics"]["total"] == 40
    assert list(done["evaluation"]["metrics"]) == ["f1", "n", "total"]


PLACES = {
    "no colon": ("costs", "is named as module:name"),
    "no module": ("nowhere:total", "there is no module 'nowhere'"),
    "no function": ("costs:totl", "no function 'totl', did you mean total"),
    "a module that fails": ("broken:total", "failed: ZeroDivisionError"),
    "a module that lacks another": ("lacking:total", "No module named 'notthere'"),
}


@pytest.mark.parametrize("case", PLACES)
def test_a_function_that_is_not_there_is_named(case: str, project: Repository) -> None:
    from mltrack.api.evaluating.evaluate import metric_functions

    texts = {
        "costs": "def total(a, b): ...",
        "broken": "1 / 0",
        "lacking": "import notthere",
    }
    for name, text in texts.items():
        (project.path / f"{name}.py").write_text(f"{text}\n", encoding="utf-8")
    place, message = PLACES[case]
    with pytest.raises(mltrack.MltrackError, match=message):
        metric_functions([place])


def test_a_mistake_ends_with_its_fix_and_leaves_no_run(here: Cli) -> None:
    done = here("evaluate", "churn/1", "test.csv", "--target", "lft")
    assert done.code == 2
    assert "did you mean left?" in done.err
    assert "Traceback" not in done.err
    assert not list(here.folder.glob(".mltrack/runs/*"))


def test_a_model_of_somebody_else_needs_trust(here: Cli, world: Path) -> None:
    for file in world.rglob("trusted.txt"):
        file.unlink()
    words = ("evaluate", "churn/1", "test.csv", "--target", "left")
    assert here(*words).code == 4
    assert here(*words, "--trust").code == 0
