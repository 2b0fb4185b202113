"""Figures of a regression: each takes the numbers as they are."""

from collections.abc import Callable

from mltrack.models.evaluating.entities import Judged, UndefinedError

_FEWEST = 2


def plainly(name: str) -> Callable[[Judged], float]:
    """Return a figure that always has a value, by the name of scikit-learn's function."""

    def measure(judged: Judged) -> float:
        import sklearn.metrics

        return float(getattr(sklearn.metrics, name)(judged.truth, judged.predicted))

    return measure


def r2(judged: Judged) -> float:
    """Return the share of the target's variance that the predictions explain."""
    if len(judged.truth) < _FEWEST:
        raise UndefinedError("it needs two rows")
    if (judged.truth == judged.truth[0]).all():
        raise UndefinedError("the target is the same in every row")
    return plainly("r2_score")(judged)


def mape(judged: Judged) -> float:
    """Return the mean of the errors as shares of the target: 0.1 is ten per cent."""
    if (judged.truth == 0).any():
        raise UndefinedError("a target is 0")
    return plainly("mean_absolute_percentage_error")(judged)
