"""Which values of a metric are better: of a standard figure as it is defined, else by its name."""

import re
from enum import StrEnum


class Better(StrEnum):
    """Which values of a metric are the better ones."""

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
"""What standard figures are called too."""
_OF_A_CLASS = ("precision", "recall", "f1")
HIGHER = frozenset(
    {"accuracy", "balanced_accuracy", "roc_auc", "average_precision", "r2", *_OF_A_CLASS}
    | {f"{name}_{average}" for name in _OF_A_CLASS for average in ("macro", "weighted")}
)
LOWER = frozenset(
    {"log_loss", "brier", "mae", "mse", "rmse", "median_absolute_error", "max_error", "mape"}
)
_LOWER_WORDS = frozenset(
    (
        *("loss", "losses", "logloss", "error", "errors", "err", "mae", "mse", "rmse", "mape"),
        *("smape", "msle", "rmsle", "nll", "perplexity", "ppl", "brier", "ece", "cer", "wer"),
        *("fid", "divergence", "kl", "hinge", "crossentropy", "regret", "latency"),
    )
)
_HIGHER_WORDS = frozenset(
    (
        *("acc", "accuracy", "auc", "rocauc", "auroc", "auprc", "precision", "recall", "f1", "f2"),
        *("fbeta", "r2", "score", "bleu", "rouge", "iou", "miou", "dice", "jaccard", "map", "ap"),
        *("ndcg", "mrr", "psnr", "ssim", "reward", "specificity", "sensitivity", "kappa", "mcc"),
        *("pearson", "spearman"),
    )
)
_HUMP = re.compile(r"(?<=[a-z0-9])(?=[A-Z])")
_WORD = re.compile(r"[a-z]+[0-9]*")


def better_of_figure(name: str) -> Better:
    """Return which values of a standard figure are better: a judgement may rest upon it."""
    if name in HIGHER:
        return Better.HIGHER
    return Better.LOWER if name in LOWER else Better.NEITHER


def better_by_name(name: str) -> Better:
    """Return which values of any metric are better by the words of its name: a hint for people.

    Of `val_loss` it is the lower. A loss or an error in the name counts before a score, and `neg`
    turns it round, as scikit-learn names its scorers.
    """
    words = set(_WORD.findall(_HUMP.sub("_", name).lower()))
    if not words & (_LOWER_WORDS | _HIGHER_WORDS):
        return Better.NEITHER
    is_lower = bool(words & _LOWER_WORDS) != bool(words & {"neg", "negative"})
    return Better.LOWER if is_lower else Better.HIGHER
