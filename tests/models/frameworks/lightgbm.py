"""LightGBM models; nothing of LightGBM is loaded before one is trained."""

from typing import Any

import numpy as np
import pandas as pd

from tests.models.frameworks.example import Example

FRAMEWORK = "lightgbm"
_SMALL: dict[str, Any] = {
    "n_estimators": 4,
    "max_depth": 2,
    "min_child_samples": 2,
    "n_jobs": 1,
    "verbose": -1,
}


def _numbers() -> Any:
    rows = np.random.default_rng(0).normal(size=(60, 3))
    rows[3, 1] = np.nan
    return rows


def _frame() -> pd.DataFrame:
    """Return rows as a file would give them: texts, and numbers with some missing."""
    kinds = np.random.default_rng(1).choice(["a", "b", "c"], 60).astype(object)
    codes = np.random.default_rng(2).choice([10, 20, 30], 60)
    frame = pd.DataFrame(_numbers()[:, :2], columns=["age (years)", "dose"])
    return frame.assign(kind=kinds, code=codes)


def _with_categories(frame: pd.DataFrame) -> pd.DataFrame:
    return frame.astype({"kind": "category", "code": "category"})


def _classifier() -> Any:
    import lightgbm

    frame = _frame()
    others = np.where(frame["kind"] == "a", "well", "fine")
    target = np.where(frame["age (years)"] > 0, "sick", others)
    return lightgbm.LGBMClassifier(**_SMALL).fit(_with_categories(frame), target)


def _regressor() -> Any:
    import lightgbm

    return lightgbm.LGBMRegressor(**_SMALL).fit(_numbers(), _numbers()[:, 0] * 2)


def _booster() -> Any:
    import lightgbm

    rows = _with_categories(_frame())
    told = lightgbm.Dataset(rows, rows["dose"] > 0)
    settings = {"objective": "binary", "num_threads": 1, "verbose": -1, "min_data_in_leaf": 2}
    return lightgbm.train(settings, told, 4)


def _asked_classifier(model: Any, rows: Any) -> dict[str, Any]:
    rows = _with_categories(rows)
    return {"predict": model.predict(rows), "predict_proba": model.predict_proba(rows)}


EXAMPLES = {
    "classifier of categories": Example(fitted=_classifier, rows=_frame, asked=_asked_classifier),
    "regressor of positions": Example(
        fitted=_regressor,
        rows=_numbers,
        asked=lambda model, rows: {"predict": model.predict(rows)},
    ),
    "booster of categories": Example(
        fitted=_booster,
        rows=_frame,
        asked=lambda model, rows: {"predict": model.predict(_with_categories(rows))},
    ),
}
