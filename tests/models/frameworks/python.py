"""Functions and objects of a user's project, which lies in `project/`."""

import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from mltrack.models.entities import Wishes
from tests.models.frameworks.example import Example

FRAMEWORK = ""
PROJECT = Path(__file__).parent / "project"


def use_project() -> None:
    """Let modules of the project be imported, as in a script that lies there."""
    if str(PROJECT) not in sys.path:
        sys.path.insert(0, str(PROJECT))


def _frame() -> pd.DataFrame:
    numbers = np.random.default_rng(0)
    ages = numbers.integers(20, 60, 40).astype(float)
    return pd.DataFrame({"age": ages, "dose": numbers.normal(size=40)})


def _array() -> Any:
    return _frame().to_numpy()


def _texts() -> list[str]:
    return ["a fine day", "a poor one", "what a fine fine poor thing"]


def _made(make: Callable[[], Any]) -> Callable[[], Any]:
    def made() -> Any:
        use_project()
        return make()

    return made


def _function() -> Any:
    import thresholds

    return thresholds.above_one


def _rule() -> Any:
    import thresholds

    return thresholds.Rule({"dose": 3.0, "age": 7.0})


def _words() -> Any:
    import thresholds

    return thresholds.Words({"fine": 1.0, "poor": -0.5})


def _rate() -> Any:
    from dosing.rates import Rate

    return Rate(0.1)


def _lambda() -> Any:
    factor = 3
    return lambda rows: rows[:, 0] * factor


def _asked(model: Any, rows: Any) -> dict[str, Any]:
    return {"predict": model(rows)}


def _predicted(model: Any, rows: Any) -> dict[str, Any]:
    return {"predict": model.predict(rows)}


def _rule_asked(model: Any, rows: Any) -> dict[str, Any]:
    return {"predict": model.predict(rows), "predict_proba": model.predict_proba(rows)}


def _factors_asked(model: Any, rows: Any) -> dict[str, Any]:
    return {"predict": rows @ [0.25, 4.0]}


EXAMPLES = {
    "function": Example(fitted=_made(_function), rows=_frame, asked=_asked),
    "object of plain attributes": Example(fitted=_made(_rule), rows=_frame, asked=_rule_asked),
    "object with files of its own": Example(fitted=_made(_words), rows=_texts, asked=_asked),
    "object of a package": Example(fitted=_made(_rate), rows=_array, asked=_predicted),
    "file with an artifact": Example(
        fitted=lambda: PROJECT / "model.py",
        rows=_array,
        asked=_factors_asked,
        wishes=Wishes(artifacts={"factors.txt": PROJECT / "factors.txt"}),
    ),
    "pickled lambda": Example(
        fitted=_lambda, rows=_array, asked=_asked, wishes=Wishes(pickle=True)
    ),
}
