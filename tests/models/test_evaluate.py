"""mltrack.evaluate: figures on known data, kept as runs that name model and data."""

import csv
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import polars as pl
import pytest
from sklearn.dummy import DummyClassifier
from sklearn.linear_model import LinearRegression, LogisticRegression
from sklearn.metrics import accuracy_score, roc_auc_score

import mltrack
from mltrack.api.evaluating.evaluate import differences
from mltrack.models import flavors, loaded, opening
from mltrack.models.entities import Column, ColumnType, Layout, Signature
from tests.support.repository import Repository
from tests.support.tracked import project

__all__ = ["project"]


@pytest.fixture
def rows(frame: pd.DataFrame, target: Any) -> pd.DataFrame:
    """Return rows with their truth, as a test file has them."""
    return frame.assign(region=["north", "south"] * 20, sick=target)


@pytest.fixture
def test_csv(rows: pd.DataFrame, project: Repository) -> Path:
    """Write these rows as `test.csv` in the project."""
    path = project.path / "test.csv"
    rows.to_csv(path, index=False)
    return path


@pytest.fixture
def packaged(folder: Path) -> loaded.LoadedModel:
    """Return the packaged classifier, loaded."""
    return opening.load_package(folder)


def _runs() -> list[Any]:
    return list(Path(".mltrack").glob("runs/*/*/*"))


def test_a_model_in_memory_is_evaluated_as_scikit_learn_does(
    classifier: Any, rows: pd.DataFrame
) -> None:
    inputs, truth = rows[["age", "dose"]], rows["sick"]
    found = mltrack.evaluate(classifier, inputs.assign(sick=truth), target="sick")
    assert found.metrics["accuracy"] == accuracy_score(truth, classifier.predict(inputs))
    chance = classifier.predict_proba(inputs)[:, 1]
    assert found.metrics["roc_auc"] == roc_auc_score(truth, chance)
    assert (found.positive, found.methods) == ("1", ("predict", "predict_proba"))


def test_file_frame_and_arrays_give_the_same_figures(
    packaged: loaded.LoadedModel, rows: pd.DataFrame, test_csv: Path
) -> None:
    of_file = mltrack.evaluate(packaged, test_csv, target="sick")
    of_frame = mltrack.evaluate(packaged, rows, target="sick")
    of_array = mltrack.evaluate(packaged, rows[["age", "dose"]], target=rows["sick"].to_numpy())
    assert of_file.metrics == of_frame.metrics == of_array.metrics


def test_the_run_names_data_and_model_by_their_digests(
    packaged: loaded.LoadedModel, test_csv: Path, project: Repository
) -> None:
    found = mltrack.evaluate(packaged, "test.csv", target="sick")
    run = mltrack.get_run(found.run)
    assert (run.status, run.record.experiment) == ("finished", "evaluation")
    assert run.name == f"sklearn {packaged.digest[:12]} on test.csv"
    assert run.inputs["data"]["digest"] == found.data
    assert run.inputs["data"]["context"] == "evaluation"
    assert run.tags["evaluate.target"] == "sick"
    assert run.params == {
        "task": "classification",
        "target": "sick",
        "method": "predict, predict_proba",
        "positive": "1",
    }
    assert run.metrics == dict(found.metrics)
    journal = next(project.path.glob(f".mltrack/runs/*/*/{run.id}/metrics.jsonl"))
    row = next(line for line in journal.read_text("utf-8").splitlines() if '"accuracy"' in line)
    assert f'"data":"{found.data}","model":"{packaged.digest}"' in row


def test_the_digest_of_a_file_is_the_one_that_log_input_gives(
    packaged: loaded.LoadedModel, test_csv: Path
) -> None:
    with mltrack.start_run() as run:
        logged = run.log_input("test.csv", "test")
    assert mltrack.evaluate(packaged, test_csv, target="sick").data == logged


def test_the_confusion_matrix_counts_every_row(
    packaged: loaded.LoadedModel, rows: pd.DataFrame
) -> None:
    found = mltrack.evaluate(packaged, rows, target="sick")
    path = mltrack.get_run(found.run).artifact_path("confusion_matrix.csv")
    head, *lines = csv.reader(path.read_text("utf-8").splitlines())
    assert head == ["true", "0", "1"]
    counts = np.array([[int(cell) for cell in line[1:]] for line in lines])
    assert counts.sum() == len(rows)
    assert np.trace(counts) / len(rows) == found.metrics["accuracy"]


def test_a_model_is_held_against_another_on_the_same_rows(
    packaged: loaded.LoadedModel, rows: pd.DataFrame
) -> None:
    inputs = rows[["age", "dose"]]
    guess = DummyClassifier(strategy="prior").fit(inputs, rows["sick"])
    found = mltrack.evaluate(packaged, rows, target="sick", against=guess)
    (other,) = found.against
    assert (other.model, other.data, other.rows) == ("DummyClassifier", found.data, found.rows)
    assert other.run != found.run
    of = {one.metric: one for one in differences(found, other)}
    assert of["accuracy"].difference == found.metrics["accuracy"] - other.metrics["accuracy"]
    assert (of["accuracy"].verdict, of["log_loss"].verdict) == ("better", "better")
    back = {one.metric: one.verdict for one in differences(other, found)}
    assert (back["accuracy"], back["log_loss"], back["n"]) == ("worse", "worse", "")
    assert {one.verdict for one in differences(found, found)} == {"same", ""}


def test_slices_have_the_figures_of_their_rows_alone(
    packaged: loaded.LoadedModel, rows: pd.DataFrame, classifier: Any
) -> None:
    found = mltrack.evaluate(packaged, rows, target="sick", by=["region", ("region", "age")])
    north = rows[rows["region"] == "north"]
    said = classifier.predict(north[["age", "dose"]])
    part = next(part for part in found.slices if part.key == "slice/region=north")
    assert part.metrics["accuracy"] == accuracy_score(north["sick"], said)
    run = mltrack.get_run(found.run)
    assert run.metrics["slice/region=north/accuracy"] == part.metrics["accuracy"]
    lines = list(csv.DictReader(run.artifact_path("slices.csv").read_text("utf-8").splitlines()))
    assert [line["value"] for line in lines if line["by"] == "region"] == ["north", "south"]
    assert sum(int(line["n"]) for line in lines if line["by"] == "region,age") == len(rows)


def test_given_metrics_stand_in_place_of_the_usual_ones(
    packaged: loaded.LoadedModel, rows: pd.DataFrame
) -> None:
    found = mltrack.evaluate(
        packaged, rows, target="sick", metrics=["auc", "log_loss"], by="region"
    )
    assert list(found.metrics) == ["roc_auc", "log_loss", "n"]
    assert set(found.slices[0].metrics) == {"roc_auc", "log_loss", "n"}


def test_a_function_gets_truth_predictions_and_rows(
    packaged: loaded.LoadedModel, rows: pd.DataFrame, test_csv: Path
) -> None:
    def costs(y_true: Any, y_pred: Any, rows: Any) -> dict[str, float]:
        wrong = y_true != y_pred
        return {"cost": float((wrong * rows["dose"].abs()).sum()), "north": len(rows["region"])}

    found = mltrack.evaluate(
        packaged, test_csv, target="sick", metrics=["accuracy", costs], by="region"
    )
    wrong = packaged.predict(rows[["age", "dose"]]) != rows["sick"]
    assert found.metrics["cost"] == pytest.approx((wrong * rows["dose"].abs()).sum())
    assert [part.metrics["north"] for part in found.slices] == [20, 20]


def _fails(y_true: Any, y_pred: Any) -> float:
    raise KeyError("spread")


def _gives_text(y_true: Any, y_pred: Any) -> str:
    return "fine"


def _same_name(y_true: Any, y_pred: Any) -> dict[str, float]:
    return {"accuracy": 1.0}


def _odd_name(y_true: Any, y_pred: Any) -> dict[str, float]:
    return {"a\nb": 1.0}


FUNCTIONS: dict[str, tuple[Callable[..., Any], str]] = {
    "fails": (_fails, "_fails failed: KeyError: 'spread'\nat line"),
    "gives no number": (_gives_text, "_gives_text returns 'fine'"),
    "takes a name that is taken": (_same_name, "two metrics are called 'accuracy'"),
    "gives a name that is none": (_odd_name, "_odd_name calls a figure"),
}


@pytest.mark.parametrize("case", FUNCTIONS)
def test_a_function_that_cannot_be_used_is_named_and_no_run_begun(
    case: str, packaged: loaded.LoadedModel, rows: pd.DataFrame
) -> None:
    function, message = FUNCTIONS[case]
    with pytest.raises(mltrack.MltrackError, match=message):
        mltrack.evaluate(packaged, rows, target="sick", metrics=[function])
    assert _runs() == []


def test_a_regression_has_its_own_figures(frame: pd.DataFrame) -> None:
    model = LinearRegression().fit(frame[["age"]], frame["dose"])
    found = mltrack.evaluate(model, frame, target="dose")
    assert found.task == "regression"
    assert set(found.metrics) == {
        *("mae", "mse", "rmse", "r2", "median_absolute_error", "max_error", "mape", "n")
    }
    assert {a.path for a in mltrack.get_run(found.run).artifacts} == set()


def test_one_class_only_leaves_out_what_has_no_value(
    packaged: loaded.LoadedModel, rows: pd.DataFrame
) -> None:
    found = mltrack.evaluate(packaged, rows[rows["sick"] == 1], target="sick")
    assert "roc_auc" not in found.metrics
    assert "roc_auc is left out: every row is of the class 1" in found.notes


def test_what_has_a_value_by_convention_says_so(rows: pd.DataFrame) -> None:
    never = DummyClassifier(strategy="constant", constant=0).fit(rows[["age"]], rows["sick"])
    found = mltrack.evaluate(never, rows, target="sick")
    assert found.metrics["precision"] == 0
    assert "precision is 0 by convention: the model never predicts 1" in found.notes


def test_within_a_run_an_evaluation_is_its_child(
    packaged: loaded.LoadedModel, rows: pd.DataFrame
) -> None:
    with mltrack.start_run(name="training") as run:
        found = mltrack.evaluate(packaged, rows, target="sick")
        active = mltrack.active_run()
        assert active is not None
        assert active.id == run.id
    assert mltrack.get_run(found.run).parent == run.id
    assert mltrack.get_run(run.id).metrics == {}


def test_an_evaluation_goes_into_the_run_that_is_given(
    packaged: loaded.LoadedModel, rows: pd.DataFrame
) -> None:
    with mltrack.start_run() as run:
        found = mltrack.evaluate(packaged, rows, target="sick", run=run)
        run.log_metric("more", 1.0)
    assert found.run == run.id
    kept = mltrack.get_run(run.id)
    assert kept.metrics["accuracy"] == found.metrics["accuracy"]
    assert kept.metrics["more"] == 1.0
    assert len(_runs()) == 1


def _without_some(path: Path, *lines: int) -> None:
    """Take the truth out of some lines of a file, and put an empty line before them all."""
    text = path.read_text("utf-8").splitlines()
    for line in lines:
        text[line - 2] = text[line - 2].rpartition(",")[0] + ","
    path.write_text("\n".join([text[0], "", *text[1:]]) + "\n", encoding="utf-8")


def test_rows_without_a_target_are_named_by_their_lines(
    packaged: loaded.LoadedModel, test_csv: Path
) -> None:
    _without_some(test_csv, 4, 7)
    with pytest.raises(mltrack.UsageError, match=r"'sick' is missing in lines 4, 7"):
        mltrack.evaluate(packaged, "test.csv", target="sick")


def test_rows_without_a_target_can_be_left_out(
    packaged: loaded.LoadedModel, rows: pd.DataFrame, test_csv: Path
) -> None:
    _without_some(test_csv, 4, 7)
    found = mltrack.evaluate(packaged, "test.csv", target="sick", on_error="skip")
    kept = rows.drop(index=[1, 4])
    assert found.metrics == mltrack.evaluate(packaged, kept, target="sick").metrics
    assert "2 rows without a target are left out" in found.notes


def _no_rows(path: Path) -> None:
    path.write_text("age,dose,sick\n", encoding="utf-8")


def _no_targets(path: Path) -> None:
    path.write_text("age,dose,sick\n30,1.5,\n", encoding="utf-8")


def _a_folder(path: Path) -> None:
    path.unlink()
    path.mkdir()


FILES: dict[str, tuple[Callable[[Path], Any], str]] = {
    "nothing": (lambda path: path.write_bytes(b""), "is empty"),
    "a header alone": (_no_rows, "a header and no rows"),
    "no target in any row": (_no_targets, "no row has a target"),
    "no file": (lambda path: path.unlink(), "there is no file"),
    "a folder": (_a_folder, "is a folder"),
}


@pytest.mark.parametrize("case", FILES)
def test_a_file_without_rows_to_judge_is_refused(
    case: str, packaged: loaded.LoadedModel, test_csv: Path
) -> None:
    make, message = FILES[case]
    make(test_csv)
    with pytest.raises(mltrack.MltrackError, match=message):
        mltrack.evaluate(packaged, test_csv, target="sick", on_error="skip")
    assert _runs() == []


WORDS: dict[str, tuple[dict[str, Any], str]] = {
    "an unknown target": ({"target": "sik"}, "no column 'sik' for the target, did you mean sick"),
    "a target that goes in": ({"target": "age"}, "'age' is one that the model predicts from"),
    "an unknown slice": ({"by": "regio"}, "no column 'regio' for the slices, did you mean region"),
    "an unknown metric": ({"metrics": ["acuracy"]}, "did you mean accuracy"),
    "an unknown task": ({"task": "ranking"}, "no task 'ranking'"),
    "another task": ({"task": "regression", "positive": "1"}, "names a class"),
    "an unknown class": ({"positive": "2"}, "has no class '2'"),
    "an unknown wish": ({"on_error": "ignore"}, "fail or skip"),
    "an unknown env": ({"env": "docker"}, "no environment 'docker'"),
}


@pytest.mark.parametrize("where", ["file", "frame"])
@pytest.mark.parametrize("case", WORDS)
def test_what_cannot_be_meant_is_an_error_that_names_it(
    case: str, where: str, packaged: loaded.LoadedModel, rows: pd.DataFrame, test_csv: Path
) -> None:
    words, message = WORDS[case]
    with pytest.raises(mltrack.UsageError, match=message):
        mltrack.evaluate(
            packaged, test_csv if where == "file" else rows, **{"target": "sick", **words}
        )
    assert _runs() == []


OBJECTS: dict[str, tuple[Any, Any, Any, str]] = {
    "no model": (object(), np.zeros((2, 2)), [0, 1], "has no predict"),
    "too few targets": (LogisticRegression(), np.zeros((2, 2)), [0], "1 targets for 2 rows"),
    "a name for an array": (LogisticRegression(), np.zeros((2, 2)), "y", "has no names"),
    "nothing that holds rows": (LogisticRegression(), object(), "y", "an object holds no rows"),
    "no rows": (LogisticRegression(), np.zeros((0, 2)), [], "there are no rows"),
}


@pytest.mark.parametrize("case", OBJECTS)
def test_objects_that_cannot_be_evaluated_say_why(case: str) -> None:
    model, data, target, message = OBJECTS[case]
    with pytest.raises(mltrack.UsageError, match=message):
        mltrack.evaluate(model, data, target=target)


class Writes:
    """A model that writes to the file that it is evaluated on."""

    def predict(self, rows: pd.DataFrame) -> Any:
        with Path("test.csv").open("a", encoding="utf-8") as file:
            file.write("30,1.5,north,1\n")
        return np.zeros(len(rows), dtype=int)


def test_a_file_that_changes_while_it_is_read_is_refused(test_csv: Path) -> None:
    with pytest.raises(mltrack.ConflictError, match="was written to while it was read"):
        mltrack.evaluate(Writes(), "test.csv", target="sick")
    assert _runs() == []


HELD: dict[str, Callable[[pd.DataFrame], Any]] = {
    "polars": pl.from_pandas,
    "rows by name": lambda rows: rows.to_dict("records"),
    "columns by name": lambda rows: rows.to_dict("list"),
}


@pytest.mark.parametrize("case", HELD)
def test_rows_are_taken_from_whatever_holds_them(
    case: str, classifier: Any, rows: pd.DataFrame
) -> None:
    found = mltrack.evaluate(classifier, HELD[case](rows), target="sick", by="region")
    assert found.metrics == mltrack.evaluate(classifier, rows, target="sick").metrics
    assert [part.values for part in found.slices] == [("north",), ("south",)]


def test_a_model_fitted_on_an_array_is_evaluated_on_a_file(
    test_csv: Path, rows: pd.DataFrame
) -> None:
    model = LogisticRegression().fit(rows[["age", "dose"]].to_numpy(), rows["sick"])
    numbers = [Column(name=name, type=ColumnType.FLOAT64) for name in ("x0", "x1")]
    by_position = loaded.LoadedModel(
        native=model,
        digest="0" * 64,
        flavor=flavors.named("sklearn"),
        signature=Signature(layout=Layout.POSITIONS, inputs=tuple(numbers)),
    )
    found = mltrack.evaluate(by_position, test_csv, target="sick", by="region")
    said = model.predict(rows[["age", "dose"]].to_numpy())
    assert found.metrics["accuracy"] == accuracy_score(rows["sick"], said)
