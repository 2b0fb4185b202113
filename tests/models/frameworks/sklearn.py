"""scikit-learn models; nothing of scikit-learn is loaded before one is trained."""

from typing import Any

import numpy as np
import pandas as pd

from mltrack.models.entities import Wishes
from tests.models.frameworks.example import Example

FRAMEWORK = "scikit-learn"


def _frame() -> pd.DataFrame:
    numbers = np.random.default_rng(0)
    ages = numbers.integers(20, 60, 40).astype(float)
    return pd.DataFrame({"age": ages, "dose": numbers.normal(size=40)})


def _kind(frame: pd.DataFrame) -> Any:
    return np.where(frame["dose"] + frame["age"] / 40 > 1, "sick", "well")


def _pipeline() -> Any:
    from sklearn.linear_model import LogisticRegression
    from sklearn.pipeline import make_pipeline
    from sklearn.preprocessing import StandardScaler

    return make_pipeline(StandardScaler(), LogisticRegression()).fit(_frame(), _kind(_frame()))


def _regression() -> Any:
    from sklearn.linear_model import LinearRegression

    return LinearRegression().fit(_frame().to_numpy(), _frame()["dose"].to_numpy())


def _asked_all(model: Any, rows: Any) -> dict[str, Any]:
    return {
        "predict": model.predict(rows),
        "predict_proba": model.predict_proba(rows),
        "decision_function": model.decision_function(rows),
    }


def _asked(model: Any, rows: Any) -> dict[str, Any]:
    return {"predict": model.predict(rows)}


EXAMPLES = {
    "pipeline of names": Example(fitted=_pipeline, rows=_frame, asked=_asked_all),
    "pipeline as a pickle": Example(
        fitted=_pipeline, rows=_frame, asked=_asked_all, wishes=Wishes(format="pickle")
    ),
    "regression of positions": Example(
        fitted=_regression, rows=lambda: _frame().to_numpy(), asked=_asked
    ),
}
