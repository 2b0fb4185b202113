"""Figures of a classification: each takes labels as positions among the classes."""

from collections.abc import Callable
from typing import Any

from mltrack.models.evaluating.entities import Judged, UndefinedError
from mltrack.models.signature.columns import Values


def _sklearn(name: str) -> Callable[..., Any]:
    import sklearn.metrics

    found: Callable[..., Any] = getattr(sklearn.metrics, name)
    return found


def accuracy(judged: Judged) -> float:
    """Return the share of rows whose class is right."""
    return float((judged.truth == judged.predicted).mean())


def balanced_accuracy(judged: Judged) -> float:
    """Return the mean over the classes of the share of their rows that are found."""
    return float(_sklearn("balanced_accuracy_score")(judged.truth, judged.predicted))


def of_positive(name: str) -> Callable[[Judged], float]:
    """Return a figure of the positive class, by the name of scikit-learn's function."""

    def measure(judged: Judged) -> float:
        if judged.positive is None:
            raise UndefinedError("there are more than two classes, so none is the positive one")
        truth, predicted = judged.truth == judged.positive, judged.predicted == judged.positive
        return float(_sklearn(name)(truth, predicted, zero_division=0.0))

    return measure


def averaged(name: str, average: str) -> Callable[[Judged], float]:
    """Return a figure of each class on average: `macro`, or `weighted` by their rows."""

    def measure(judged: Judged) -> float:
        wanted = {"average": average, "zero_division": 0.0}
        return float(_sklearn(name)(judged.truth, judged.predicted, **wanted))

    return measure


def roc_auc(judged: Judged) -> float:
    """Return the area under the ROC curve; of several classes the mean of each against the rest."""
    _require_every_class(judged)
    if judged.positive is not None:
        return float(_sklearn("roc_auc_score")(*_of_positive_class(judged)))
    wanted = {"multi_class": "ovr", "labels": range(judged.known)}
    return float(_sklearn("roc_auc_score")(judged.truth, _summing_to_one(judged.chances), **wanted))


def average_precision(judged: Judged) -> float:
    """Return the area under precision over recall; of several classes the mean of each."""
    _require_every_class(judged)
    measure = _sklearn("average_precision_score")
    if judged.positive is not None:
        return float(measure(*_of_positive_class(judged)))
    return float(measure(_one_hot(judged), judged.chances, average="macro"))


def log_loss(judged: Judged) -> float:
    """Return the mean of minus the logarithm of the chance that was given to the true class."""
    _require_known_classes(judged)
    chances = _summing_to_one(judged.chances)
    return float(_sklearn("log_loss")(judged.truth, chances, labels=range(judged.known)))


def brier(judged: Judged) -> float:
    """Return the mean squared error of the chances.

    Of two classes of that of the positive one (0 to 1), of several summed over all (0 to 2), as
    scikit-learn does.
    """
    _require_known_classes(judged)
    if judged.positive is not None:
        truth, chances = _of_positive_class(judged)
        return float(((chances - truth) ** 2).mean())
    return float(((judged.chances - _one_hot(judged)) ** 2).sum(axis=1).mean())


def _of_positive_class(judged: Judged) -> tuple[Any, Any]:
    import numpy as np

    chances = np.asarray(judged.chances, dtype=np.float64)
    return judged.truth == judged.positive, chances[:, judged.positive]


def _one_hot(judged: Judged) -> Values:
    import numpy as np

    return judged.truth[:, np.newaxis] == np.arange(judged.known)


def _summing_to_one(chances: Values) -> Values:
    """Return chances in 64 bits; those of models that work in 32 bits sum to nearly one."""
    import numpy as np

    wide = np.asarray(chances, dtype=np.float64)
    return wide if chances.dtype == np.float64 else wide / wide.sum(axis=1, keepdims=True)


def _require_known_classes(judged: Judged) -> None:
    strange = judged.truth >= judged.known
    if strange.any():
        label = judged.classes[judged.truth[strange.argmax()]]
        raise UndefinedError(f"the model knows no class {label}")


def _require_every_class(judged: Judged) -> None:
    import numpy as np

    _require_known_classes(judged)
    there = np.bincount(judged.truth, minlength=judged.known) > 0
    if there.sum() == 1:
        raise UndefinedError(f"every row is of the class {judged.classes[there.argmax()]}")
    if not there.all():
        raise UndefinedError(f"no row is of the class {judged.classes[(~there).argmax()]}")
