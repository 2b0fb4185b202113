"""Which values of a standard figure are the better ones, and what else the figure is called."""

from enum import StrEnum


class Better(StrEnum):
    """Which values of a figure are the better ones."""

    HIGHER = "higher"
    LOWER = "lower"
    NEITHER = "neither"
    """Nobody knows, or it is no judgement."""


ALIASES = {
    "acc": "accuracy",
    "ap": "average_precision",
    "auc": "roc_auc",
    "brier_score": "brier",
    "mean_absolute_error": "mae",
    "mean_absolute_percentage_error": "mape",
    "mean_squared_error": "mse",
    "root_mean_squared_error": "rmse",
    "rocauc": "roc_auc",
}
_OF_A_CLASS = ("precision", "recall", "f1")
HIGHER = frozenset(
    {"accuracy", "balanced_accuracy", "roc_auc", "average_precision", "r2", *_OF_A_CLASS}
    | {f"{name}_{average}" for name in _OF_A_CLASS for average in ("macro", "weighted")}
)
LOWER = frozenset(
    {"log_loss", "brier", "mae", "mse", "rmse", "median_absolute_error", "max_error", "mape"}
)


def better_of(name: str) -> Better:
    """Return which values of a figure are better; of one that is no standard one nobody knows."""
    if name in HIGHER:
        return Better.HIGHER
    return Better.LOWER if name in LOWER else Better.NEITHER
