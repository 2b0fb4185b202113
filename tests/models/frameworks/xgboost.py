"""XGBoost models; nothing of XGBoost is loaded before one is trained."""

from typing import Any

import numpy as np
import pandas as pd

from tests.models.frameworks.example import Example

FRAMEWORK = "xgboost"
_SMALL: dict[str, Any] = {"n_estimators": 4, "max_depth": 2, "n_jobs": 1}


def _numbers() -> Any:
    rows = np.random.default_rng(0).normal(size=(60, 3))
    rows[3, 1] = np.nan
    return rows


def _frame() -> pd.DataFrame:
    """Return rows as a file would give them: texts, and numbers with some missing."""
    kinds = np.random.default_rng(1).choice(["a", "b", "c"], 60).astype(object)
    codes = np.random.default_rng(2).choice([10, 20, 30], 60)
    frame = pd.DataFrame(_numbers()[:, :2], columns=["age", "dose"])
    return frame.assign(kind=kinds, code=codes)


def _with_categories(frame: pd.DataFrame) -> pd.DataFrame:
    return frame.astype({"kind": "category", "code": "category"})


def _classifier() -> Any:
    import xgboost

    frame = _with_categories(_frame())
    target = (frame["age"] > 0).astype(int) + (frame["kind"] == "a").astype(int)
    return xgboost.XGBClassifier(**_SMALL, enable_categorical=True).fit(frame, target)


def _regressor() -> Any:
    import xgboost

    rows = np.nan_to_num(_numbers(), nan=-1.0)
    return xgboost.XGBRegressor(**_SMALL, missing=-1.0).fit(rows, rows[:, 0] * 2)


def _booster() -> Any:
    import xgboost

    frame = _with_categories(_frame())
    told = xgboost.DMatrix(frame, frame["age"] > 0, enable_categorical=True)
    return xgboost.train({"objective": "binary:logistic", "max_depth": 2}, told, 4)


def _booster_of_positions() -> Any:
    import xgboost

    told = xgboost.DMatrix(_numbers(), np.arange(60) % 3)
    return xgboost.train({"objective": "multi:softmax", "num_class": 3}, told, 3)


def _asked_classifier(model: Any, rows: Any) -> dict[str, Any]:
    rows = _with_categories(rows)
    return {"predict": model.predict(rows), "predict_proba": model.predict_proba(rows)}


def _asked_booster(model: Any, rows: Any) -> dict[str, Any]:
    import xgboost

    rows = _with_categories(rows) if isinstance(rows, pd.DataFrame) else rows
    return {"predict": model.predict(xgboost.DMatrix(rows, enable_categorical=True))}


EXAMPLES = {
    "classifier of categories": Example(fitted=_classifier, rows=_frame, asked=_asked_classifier),
    "regressor that takes -1 for missing": Example(
        fitted=_regressor,
        rows=lambda: np.nan_to_num(_numbers(), nan=-1.0),
        asked=lambda model, rows: {"predict": model.predict(rows)},
    ),
    "booster of categories": Example(fitted=_booster, rows=_frame, asked=_asked_booster),
    "booster of positions": Example(
        fitted=_booster_of_positions, rows=_numbers, asked=_asked_booster
    ),
}
