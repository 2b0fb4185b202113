"""mltrack.evaluate gives the same figures wherever a packaged model runs."""

from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest
from sklearn.linear_model import LogisticRegression

import mltrack
from mltrack.models import opening, saving
from mltrack.models.entities import Wishes
from tests.support.cli import Cli
from tests.support.repository import Repository
from tests.support.tracked import project

__all__ = ["project"]


@pytest.fixture
def plans(frame: pd.DataFrame) -> Any:
    """Return one of three labels a row."""
    return np.array(["basic", "family", "plus"])[np.arange(len(frame)) % 3]


@pytest.fixture
def three(frame: pd.DataFrame, plans: Any, tmp_path: Path) -> Path:
    """Return a package that knows three classes, and needs what that of the classifier does."""
    model = LogisticRegression().fit(frame, plans)
    return saving.save(model, tmp_path / "three", Wishes(inputs=frame, format="pickle")).path


def test_a_package_tells_the_classes_of_its_chances(three: Path) -> None:
    text = (three / "model.yaml").read_text(encoding="utf-8")
    assert 'classes: ["basic", "family", "plus"]' in text
    assert opening.load_package(three).classes == ("basic", "family", "plus")


def test_an_isolated_model_has_the_figures_that_it_has_here_chances_included(
    three: Path, frame: pd.DataFrame, plans: Any, project: Repository, shared_home: Path
) -> None:
    rows = frame.assign(plan=plans)[plans != "plus"]
    rows.to_csv(project.path / "two.csv", index=False)
    here = mltrack.evaluate(three, "two.csv", target="plan", env="local")
    there = mltrack.evaluate(three, "two.csv", target="plan", env="isolated")
    assert "log_loss" in here.metrics
    assert there.metrics == here.metrics
    assert there.notes == here.notes
    assert there.methods == ("predict", "predict_proba")
    assert not any((shared_home / "leases").glob("*/*"))


def test_the_command_compares_models_that_run_in_environments_of_their_own(
    folder: Path,
    frame: pd.DataFrame,
    target: Any,
    project: Repository,
    shared_home: Path,
) -> None:
    frame.assign(sick=target).to_csv(project.path / "test.csv", index=False)
    words = ("evaluate", str(folder), "test.csv", "--target", "sick", "--against", str(folder))
    done = Cli(project.path)(*words, "--env", "isolated")
    assert done.code == 0
    assert next(line for line in done.out.splitlines() if "roc_auc" in line).endswith("+0  same")


def test_rows_of_a_model_without_columns_are_no_matter_of_another_process(
    folder: Path, frame: pd.DataFrame, target: Any, rewrite: Any, shared_home: Path
) -> None:
    del shared_home
    text = (folder / "model.yaml").read_text(encoding="utf-8")
    rewrite("model.yaml", text[text.index("signature:") :], "signature: null\n")
    with pytest.raises(mltrack.UsageError, match="does not say which columns it takes"):
        mltrack.evaluate(folder, frame, target=target.to_numpy(), env="isolated", trust=True)


def test_a_place_that_does_not_exist_is_refused_before_anything_is_read() -> None:
    with pytest.raises(mltrack.UsageError, match="no environment 'docker'"):
        mltrack.evaluate("./nowhere", "nowhere.csv", target="y", env="docker")
    with pytest.raises(TypeError, match="no argument 'envs' of evaluating"):
        mltrack.evaluate("./nowhere", "nowhere.csv", target="y", envs="local")  # type: ignore[call-arg]  # that is the test
