"""Which values of a metric are better, told by its name; nothing where the name does not tell."""

import re
from enum import StrEnum

_LOWER = frozenset(
    [
        *("loss", "losses", "logloss", "error", "errors", "err", "mae", "mse", "rmse", "mape"),
        *("smape", "msle", "rmsle", "nll", "perplexity", "ppl", "brier", "ece", "cer", "wer"),
        *(
            "fid",
            "divergence",
            "kl",
            "hinge",
            "crossentropy",
            "regret",
            "latency",
        ),
    ]
)
_HIGHER = frozenset(
    [
        *("acc", "accuracy", "auc", "rocauc", "auroc", "auprc", "precision", "recall", "f1", "f2"),
        *("fbeta", "r2", "score", "bleu", "rouge", "iou", "miou", "dice", "jaccard", "map", "ap"),
        *("ndcg", "mrr", "psnr", "ssim", "reward", "specificity", "sensitivity", "kappa", "mcc"),
        *(
            "pearson",
            "spearman",
        ),
    ]
)
_HUMP = re.compile(r"(?<=[a-z0-9])(?=[A-Z])")
_WORD = re.compile(r"[a-z]+[0-9]*")


class Better(StrEnum):
    """Which values of a metric are the better ones."""

    HIGHER = "higher"
    LOWER = "lower"


def better_of(name: str) -> Better | None:
    """Return which values of a metric are better: of `val_loss` the lower; None if it is unknown.

    A loss or an error in the name counts before a score, and `neg` turns it round, as scikit-learn
    names its scorers.
    """
    words = set(_WORD.findall(_HUMP.sub("_", name).lower()))
    if not words & (_LOWER | _HIGHER):
        return None
    is_lower = bool(words & _LOWER) != bool(words & {"neg", "negative"})
    return Better.LOWER if is_lower else Better.HIGHER
