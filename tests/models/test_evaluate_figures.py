"""The standard figures are scikit-learn's own, on the data of the examples."""

from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
import pandas as pd
import pytest
from sklearn import metrics
from sklearn.linear_model import LinearRegression, LogisticRegression
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler, label_binarize

from mltrack.errors import UsageError
from mltrack.models.answer import Answer
from mltrack.models.entities import Task
from mltrack.models.evaluating import answers, measures, targets
from mltrack.models.evaluating.asking import Collected, common_places
from mltrack.models.evaluating.entities import Judged

EXAMPLES = Path(__file__).parents[2] / "examples"


class Known(NamedTuple):
    """What is true of held-out rows, and what a model says of them."""

    truth: Any
    said: Any
    chances: Any
    classes: Any

    def judged(self) -> Judged:
        """Return both as the figures take them."""
        extra = Answer(None, (self.chances,))
        given = answers.said(Answer(None, (self.said,)), len(self.truth), extra)
        return targets.labels(_cells(self.truth), given, "y", known=self.classes)[0]


def _cells(truth: Any) -> Any:
    return truth.astype(object) if truth.dtype.kind in "UT" else truth


@pytest.fixture(scope="module")
def binary() -> Known:
    """Return a tumour classifier on every third patient."""
    patients = pd.read_csv(EXAMPLES / "diagnosis/data/breast_cancer.csv")
    benign = patients.pop("benign")
    model = make_pipeline(StandardScaler(), LogisticRegression(C=0.001)).fit(
        patients[::2], benign[::2]
    )
    held = patients[1::2]
    return Known(
        benign[1::2].to_numpy(), model.predict(held), model.predict_proba(held), model.classes_
    )


@pytest.fixture(scope="module")
def several() -> Known:
    """Return a guess of where applicants live: three classes, named by texts."""
    facts = pd.read_csv(EXAMPLES / "credit_risk/data/germancredit.csv")
    numbers = facts[["age_in_years", "credit_amount", "duration_in_month"]]
    truth = facts["housing"].to_numpy(dtype=str)
    model = make_pipeline(StandardScaler(), LogisticRegression()).fit(numbers[::2], truth[::2])
    held = numbers[1::2]
    return Known(truth[1::2], model.predict(held), model.predict_proba(held), model.classes_)


def _taken(judged: Judged) -> dict[str, float]:
    figures, lacking = measures.taken(judged, measures.chosen(judged, None))
    assert lacking == {}
    return figures


def test_the_figures_of_two_classes_are_those_of_scikit_learn(binary: Known) -> None:
    truth, said, chance = binary.truth, binary.said, binary.chances[:, 1]
    assert _taken(binary.judged()) == pytest.approx(
        {
            "accuracy": metrics.accuracy_score(truth, said),
            "balanced_accuracy": metrics.balanced_accuracy_score(truth, said),
            "precision": metrics.precision_score(truth, said),
            "recall": metrics.recall_score(truth, said),
            "f1": metrics.f1_score(truth, said),
            "roc_auc": metrics.roc_auc_score(truth, chance),
            "average_precision": metrics.average_precision_score(truth, chance),
            "log_loss": metrics.log_loss(truth, binary.chances),
            "brier": metrics.brier_score_loss(truth, chance),
            "n": len(truth),
        },
        rel=1e-12,
    )


def test_the_figures_of_several_classes_are_those_of_scikit_learn(several: Known) -> None:
    truth, said, chances = several.truth, several.said, several.chances
    one_hot = label_binarize(truth, classes=several.classes)
    expected = {
        "accuracy": metrics.accuracy_score(truth, said),
        "balanced_accuracy": metrics.balanced_accuracy_score(truth, said),
        "roc_auc": metrics.roc_auc_score(truth, chances, multi_class="ovr"),
        "average_precision": metrics.average_precision_score(one_hot, chances),
        "log_loss": metrics.log_loss(truth, chances),
        "brier": metrics.brier_score_loss(truth, chances, labels=several.classes),
        "n": len(truth),
    }
    for name in ("precision", "recall", "f1"):
        for average in ("macro", "weighted"):
            score = getattr(metrics, f"{name}_score")
            value = score(truth, said, average=average, zero_division=0.0)
            expected[f"{name}_{average}"] = value
    assert _taken(several.judged()) == pytest.approx(expected, rel=1e-12)


def test_the_figures_of_a_regression_are_those_of_scikit_learn() -> None:
    facts = pd.read_csv(EXAMPLES / "churn/data/churn.csv")
    x, y = facts[["tenure", "SeniorCitizen"]].to_numpy(), facts["MonthlyCharges"].to_numpy()
    said = LinearRegression().fit(x[::2], y[::2]).predict(x[1::2])
    truth = y[1::2]
    given = answers.said(Answer(None, (said,)), len(truth))
    assert _taken(targets.numbers(truth, given, "y")) == pytest.approx(
        {
            "mae": metrics.mean_absolute_error(truth, said),
            "mse": metrics.mean_squared_error(truth, said),
            "rmse": metrics.root_mean_squared_error(truth, said),
            "r2": metrics.r2_score(truth, said),
            "median_absolute_error": metrics.median_absolute_error(truth, said),
            "max_error": metrics.max_error(truth, said),
            "mape": metrics.mean_absolute_percentage_error(truth, said),
            "n": len(truth),
        },
        rel=1e-12,
    )


def _labels(truth: list[Any], said: list[Any], **more: Any) -> Judged:
    chances = more.pop("chances", None)
    extra = None if chances is None else Answer(None, (np.array(chances),))
    given = answers.said(Answer(None, (np.array(said),)), len(truth), extra)
    return targets.labels(_cells(np.array(truth)), given, "y", **more)[0]


def _lacking(judged: Judged) -> dict[str, str]:
    return measures.taken(judged, measures.chosen(judged, None))[1]


UNDEFINED: dict[str, tuple[Judged, str, str]] = {
    "one class only": (
        _labels([1, 1], [1, 1], chances=[[0.1, 0.9], [0.2, 0.8]], known=np.array([0, 1])),
        "roc_auc",
        "every row is of the class 1",
    ),
    "a class that the model does not know": (
        _labels([0, 1, 2], [0, 1, 1], chances=[[0.9, 0.1]] * 3, known=np.array([0, 1])),
        "log_loss",
        "the model knows no class 2",
    ),
    "no chances": (_labels([0, 1], [0, 1]), "brier", "the model gives no chances for the classes"),
    "a target of zero": (
        targets.numbers(np.array([0.0, 1.0]), answers.Said(np.array([1.0, 1.0]), None), "y"),
        "mape",
        "a target is 0",
    ),
    "one target alone": (
        targets.numbers(np.array([2.0, 2.0]), answers.Said(np.array([1.0, 1.0]), None), "y"),
        "r2",
        "the target is the same in every row",
    ),
}


@pytest.mark.parametrize("case", UNDEFINED)
def test_a_figure_without_a_value_is_left_out_and_says_why(case: str) -> None:
    judged, name, why = UNDEFINED[case]
    assert _lacking(judged)[name] == why


def test_the_positive_class_can_be_named() -> None:
    judged = _labels(["good", "bad", "bad"], ["good", "good", "bad"], positive="bad")
    assert measures.taken(judged, measures.chosen(judged, ["recall"]))[0]["recall"] == 0.5


SAME: dict[str, tuple[list[Any], list[Any], dict[str, Any]]] = {
    "numbers in texts": (["1", "0", "1.0"], [1, 0, 0], {}),
    "truths in texts": (["true", "False", "TRUE"], [True, False, False], {}),
    "0 and 1 for truths": ([1, 0, 1], [True, False, False], {}),
    "truths for 0 and 1": ([True, False, True], [1, 0, 0], {}),
    "a label for a truth": (["Yes", "No", "Yes"], [True, False, False], {"positive": "Yes"}),
    "a label for 1": (["Yes", "No", "Yes"], [1, 0, 0], {"positive": "Yes"}),
    "whole floats": ([1.0, 0.0, 1.0], [1, 0, 0], {}),
    "texts": (["b", "a", "b"], ["b", "a", "a"], {}),
}


@pytest.mark.parametrize("case", SAME)
def test_labels_written_otherwise_are_the_same_labels(case: str) -> None:
    truth, said, more = SAME[case]
    judged = _labels(truth, said, **more)
    figures, _ = measures.taken(judged, measures.chosen(judged, ["accuracy", "recall"]))
    assert figures == {"accuracy": pytest.approx(2 / 3), "recall": 0.5, "n": 3}


APART: dict[str, tuple[list[Any], list[Any], str]] = {
    "texts for truths": (["Yes", "No"], [True, False], r"texts \(Yes, No\).*truths \(True, False"),
    "texts for numbers": (["a", "b", "c"], [1, 2, 3], r"texts \(a, b, c\).*whole numbers"),
    "numbers for texts": ([1, 2, 3], ["a", "b", "c"], r"whole numbers.*texts \(a, b, c\)"),
    "other numbers": ([5, 6], [1, 2], r"whole numbers \(5, 6\).*whole numbers \(1, 2\)"),
}


@pytest.mark.parametrize("case", APART)
def test_labels_of_another_kind_are_an_error_that_shows_both(case: str) -> None:
    truth, said, message = APART[case]
    with pytest.raises(UsageError, match=message):
        _labels(truth, said)


def test_a_mismatch_of_two_labels_names_the_option_that_mends_it() -> None:
    with pytest.raises(UsageError, match="--positive Yes"):
        _labels(["Yes", "No"], [True, False])


CHANCES: dict[str, Any] = {
    "of the second of two": np.array([0.9, 0.2, 0.4]),
    "of the second of two, in a column": np.array([[0.9], [0.2], [0.4]]),
    "of both": np.array([[0.1, 0.9], [0.8, 0.2], [0.6, 0.4]]),
}


@pytest.mark.parametrize("case", CHANCES)
def test_a_model_that_gives_chances_alone_is_judged_by_them(case: str) -> None:
    given = answers.said(Answer(None, (CHANCES[case],)), 3)
    judged, _ = targets.labels(np.array([1, 0, 1]), given, "y")
    figures, lacking = measures.taken(judged, measures.chosen(judged, ["accuracy", "roc_auc"]))
    assert figures == {"accuracy": pytest.approx(2 / 3), "roc_auc": 1.0, "n": 3}
    assert lacking == {}


def test_scores_that_are_no_chances_are_refused() -> None:
    with pytest.raises(UsageError, match="neither classes nor chances"):
        _labels([0, 1], [-2.5, 3.5])


TASKS: dict[str, tuple[list[Any], list[Any], Task]] = {
    "texts": (["a", "b"], ["a", "b"], Task.CLASSIFICATION),
    "truths": ([True, False], [True, False], Task.CLASSIFICATION),
    "few whole numbers": ([1, 2, 3], [1, 2, 2], Task.CLASSIFICATION),
    "few whole numbers in texts": (["1", "2"], [1, 2], Task.CLASSIFICATION),
    "chances of 0 and 1": ([0, 1], [0.3, 0.8], Task.CLASSIFICATION),
    "real numbers": ([1.5, 2.0], [1.4, 2.2], Task.REGRESSION),
    "few whole numbers, guessed as real ones": ([1, 2, 3], [1.2, 2.4, 2.9], Task.REGRESSION),
    "many whole numbers": (list(range(30)), list(range(30)), Task.REGRESSION),
}


@pytest.mark.parametrize("case", TASKS)
def test_what_is_predicted_is_seen_from_target_and_predictions(case: str) -> None:
    truth, said, task = TASKS[case]
    given = answers.Said(np.array(said), None)
    assert targets.task_of(_cells(np.array(truth)), given) is task


NAMES: dict[str, tuple[str, str]] = {
    "a slip": ("acuracy", "did you mean accuracy"),
    "another word": ("rocauc_", "did you mean roc_auc"),
}


@pytest.mark.parametrize("case", NAMES)
def test_an_unknown_metric_names_the_nearest(case: str) -> None:
    name, message = NAMES[case]
    with pytest.raises(UsageError, match=message):
        measures.check_names([name])


def test_a_metric_of_another_task_is_refused() -> None:
    with pytest.raises(UsageError, match="no metric 'mae' of a classification"):
        measures.chosen(_labels([0, 1], [0, 1]), ["mae"])


def test_f1_of_several_classes_stands_for_both_averages() -> None:
    judged = _labels([0, 1, 2], [0, 1, 1])
    found = [measure.name for measure in measures.chosen(judged, ["f1", "auc"])]
    assert found == ["f1_macro", "f1_weighted", "roc_auc"]


def test_models_are_held_against_each_other_on_the_rows_that_both_were_asked_for() -> None:
    def collected(places: list[int]) -> Collected:
        values = np.array(places)
        return Collected(answers.Said(values, None), values, {"x": values}, values, values, 0)

    some = [collected([0, 1, 3, 4]), collected([1, 2, 3])]
    same = [one.at(common_places(some)) for one in some]
    for one in same:
        for values in (one.said.values, one.target, one.by["x"], one.places, one.rows):
            assert values.tolist() == [1, 3]


def test_predictions_of_another_number_than_the_rows_are_refused() -> None:
    with pytest.raises(UsageError, match="3 predictions for 2 rows"):
        answers.said(Answer(None, (np.array([1, 2, 3]),)), 2)


def test_a_prediction_that_is_no_number_is_named_by_its_row() -> None:
    given = answers.Said(np.array([1.0, np.nan]), None)
    with pytest.raises(UsageError, match="predictions: row 1 is nan"):
        targets.numbers(np.array([1.0, 2.0]), given, "y")
