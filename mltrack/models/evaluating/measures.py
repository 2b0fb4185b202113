"""The standard figures of a classification and of a regression, as scikit-learn defines them."""

import warnings
from collections.abc import Callable, Sequence
from typing import Any

from mltrack.errors import UsageError, nearest
from mltrack.models.entities import Task
from mltrack.models.evaluating import classification as c
from mltrack.models.evaluating import regression as r
from mltrack.models.evaluating.entities import Judged, Measure, UndefinedError
from mltrack.query.directions import ALIASES, better_of_figure

COUNT = "n"
_OF_LABELS = {
    "accuracy": c.accuracy,
    "balanced_accuracy": c.balanced_accuracy,
    "precision": c.of_positive("precision_score"),
    "recall": c.of_positive("recall_score"),
    "f1": c.of_positive("f1_score"),
    "precision_macro": c.averaged("precision_score", "macro"),
    "precision_weighted": c.averaged("precision_score", "weighted"),
    "recall_macro": c.averaged("recall_score", "macro"),
    "recall_weighted": c.averaged("recall_score", "weighted"),
    "f1_macro": c.averaged("f1_score", "macro"),
    "f1_weighted": c.averaged("f1_score", "weighted"),
}
_OF_CHANCES: dict[str, Callable[[Judged], float]] = {
    "roc_auc": c.roc_auc,
    "average_precision": c.average_precision,
    "log_loss": c.log_loss,
    "brier": c.brier,
}
_OF_NUMBERS: dict[str, Callable[[Judged], float]] = {
    "mae": r.plainly("mean_absolute_error"),
    "mse": r.plainly("mean_squared_error"),
    "rmse": r.plainly("root_mean_squared_error"),
    "r2": r.r2,
    "median_absolute_error": r.plainly("median_absolute_error"),
    "max_error": r.plainly("max_error"),
    "mape": r.mape,
}
OFFERED: dict[Task, dict[str, Measure]] = {
    Task.CLASSIFICATION: {
        **{n: Measure(name=n, better=better_of_figure(n), of=of) for n, of in _OF_LABELS.items()},
        **{
            name: Measure(name=name, better=better_of_figure(name), of=of, of_chances=True)
            for name, of in _OF_CHANCES.items()
        },
    },
    Task.REGRESSION: {
        name: Measure(name=name, better=better_of_figure(name), of=of)
        for name, of in _OF_NUMBERS.items()
    },
}
_OF_A_CLASS = ("precision", "recall", "f1")
_AVERAGES = ("macro", "weighted")
_IN_SLICES = {
    True: ("accuracy", "precision", "recall", "f1", "roc_auc"),
    False: ("accuracy", "balanced_accuracy", "f1_macro", "roc_auc"),
}
_IN_SLICES_OF_NUMBERS = ("mae", "rmse", "r2")


def check_names(names: Sequence[str]) -> None:
    """Make sure that figures with these names exist, of whichever task.

    Raises:
        UsageError: one does not.
    """
    every = [name for offered in OFFERED.values() for name in offered]
    for name in names:
        _require(name, every, "")


def _require(name: str, offered: Sequence[str], of: str) -> str:
    known = [*offered, COUNT]
    found = ALIASES.get(name, name)
    if found not in known:
        raise UsageError(
            f"there is no metric {name!r}{of}{nearest(name, known)}",
            why=f"offered: {', '.join(known)}",
            fix="name one of them, or give your own: --metric-function module:name",
        )
    return found


def chosen(judged: Judged, names: Sequence[str] | None) -> list[Measure]:
    """Return the figures to take.

    Args:
        judged: all rows.
        names: what the user asked for; None for the standard ones of the task. Where there are
            several classes, `precision`, `recall` and `f1` each stand for both averages.

    Raises:
        UsageError: the task has no such figure.
    """
    offered = OFFERED[judged.task]
    if names is None:
        two = judged.positive is not None
        names = [name for name in offered if not two or name.rpartition("_")[2] not in _AVERAGES]
    wanted = [_require(name, list(offered), f" of a {judged.task}") for name in names]
    several = len(judged.classes) > 0 and judged.positive is None
    whole = [part for name in wanted for part in (_parts(name) if several else [name])]
    return [offered[name] for name in dict.fromkeys(whole) if name != COUNT]


def _parts(name: str) -> list[str]:
    return [f"{name}_{average}" for average in _AVERAGES] if name in _OF_A_CLASS else [name]


def main_ones(judged: Judged, measures: Sequence[Measure]) -> list[Measure]:
    """Return the few of the standard figures that a table of slices has room for."""
    two = judged.positive is not None
    names = _IN_SLICES[two] if len(judged.classes) else _IN_SLICES_OF_NUMBERS
    return [measure for measure in measures if measure.name in names]


def taken(judged: Judged, measures: Sequence[Measure]) -> tuple[dict[str, float], dict[str, str]]:
    """Return the figures of some rows, the number of rows as `n`, and why others have no value."""
    figures: dict[str, float] = {}
    lacking: dict[str, str] = {}
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # what has no value is told as a note
        for measure in measures:
            try:
                figures[measure.name] = _finite(_value(measure, judged))
            except UndefinedError as error:
                lacking[measure.name] = str(error)
    return {**figures, COUNT: len(judged.truth)}, lacking


def _value(measure: Measure, judged: Judged) -> Any:  # noqa: ANN401 - scikit-learn's
    if measure.of_chances and judged.chances is None:
        raise UndefinedError("the model gives no chances for the classes")
    return measure.of(judged)


def _finite(value: Any) -> float:  # noqa: ANN401 - scikit-learn's
    number = float(value)
    if number - number != 0:  # NaN and the infinities alone
        raise UndefinedError(f"it comes out as {number}")
    return number
