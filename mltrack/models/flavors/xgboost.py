"""XGBoost boosters and scikit-learn wrappers, as `.ubj`: reading one runs no code."""

import re
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from mltrack.models.entities import Column, ColumnType, Described, Signature, Task, Wishes
    from mltrack.models.package_files import Files

NAME = "xgboost"
EXTRA = "xgboost"
FILE = "data/model.ubj"
BOOSTER = "Booster"
_CLASSIFIERS = ("XGBClassifier", "XGBRFClassifier")
_REGRESSORS = ("XGBRegressor", "XGBRFRegressor")
_WRAPPERS = (*_CLASSIFIERS, *_REGRESSORS, "XGBRanker")
_MODULES = {"xgboost.core": (BOOSTER,), "xgboost.sklearn": _WRAPPERS}
_DISTRIBUTIONS = ("xgboost", "xgboost-cpu")
"""Either brings the module; which one is here decides what `requirements.txt` names."""
_REGRESSIONS = ("reg:", "count:", "survival:")
_CATEGORY = "c"
_WHERE = re.compile(r"\A\[\S+\] \S+:\d+: ")
"""What XGBoost says before the error: the time, and where in its own source it was."""


def detect(model: object) -> bool:
    """Tell whether a model is XGBoost's own; what a subclass does differently no file holds."""
    kind = type(model)
    return kind.__name__ in _MODULES.get(kind.__module__, ())


def save(model: Any, folder: Path, wishes: "Wishes") -> dict[str, Any]:  # noqa: ANN401
    """Write a trained model.

    Raises:
        UsageError: it is not trained, or another format is asked for.
    """
    from mltrack.errors import UsageError
    from mltrack.models import classes, installed

    kind = type(model).__name__
    if wishes.format not in {"", "ubj"}:
        raise UsageError(
            f"an XGBoost model has no format {wishes.format!r}", fix="give ubj, or leave it out"
        )
    if kind != BOOSTER and not model.__sklearn_is_fitted__():
        raise UsageError(f"the {kind} is not fitted", fix="call its fit before saving it")
    (folder / FILE).parent.mkdir()
    model.save_model(folder / FILE)
    return {
        "class": kind,
        "file": FILE,
        **_asked_with(model),
        **classes.told(model),
        "versions": {name: installed.version_of(name) for name in requirements({})},
    }


def _asked_with(model: Any) -> dict[str, Any]:  # noqa: ANN401 - as XGBoost has it
    """Return what a wrapper was made with that changes how it reads rows, and no file holds."""
    missing = getattr(model, "missing", None)
    return {} if missing is None or missing != missing else {"missing": float(missing)}  # noqa: PLR0124


def describe(model: Any) -> "Described":  # noqa: ANN401 - as XGBoost has it
    """Return what a trained model knows."""
    from mltrack.models.entities import Described

    kind = type(model).__name__
    methods = ("predict", "predict_proba") if kind in _CLASSIFIERS else ("predict",)
    booster = _booster(model)
    return Described(signature=_signature(booster), task=_task(kind, booster), methods=methods)


def _task(kind: str, booster: Any) -> "Task | None":  # noqa: ANN401 - as XGBoost has it
    """Return what is predicted; None for a booster that gives probabilities, and for ranks."""
    import json

    from mltrack.models.entities import Task

    if kind in _CLASSIFIERS:
        return Task.CLASSIFICATION
    if kind in _REGRESSORS:
        return Task.REGRESSION
    if kind != BOOSTER:
        return None
    objective = json.loads(booster.save_config())["learner"]["objective"]["name"]
    if objective == "multi:softmax":
        return Task.CLASSIFICATION
    return Task.REGRESSION if objective.startswith(_REGRESSIONS) else None


def _signature(booster: Any) -> "Signature":  # noqa: ANN401 - as XGBoost has it
    """Return the columns: numbers that may be missing, and categories."""
    from mltrack.models.entities import Layout, Signature
    from mltrack.models.signature.inferring import position_names

    names = booster.feature_names
    shown = names or position_names(booster.num_features())
    kinds = booster.feature_types or ["q"] * len(shown)
    return Signature(
        layout=Layout.NAMED if names else Layout.POSITIONS,
        inputs=tuple(_column(booster, *pair) for pair in zip(shown, kinds, strict=True)),
    )


def _column(booster: Any, name: str, kind: str) -> "Column":  # noqa: ANN401 - as XGBoost has it
    from mltrack.models.entities import Column, ColumnType

    is_category = kind == _CATEGORY and _knows_categories(booster)
    found = _type_of_categories(booster, name) if is_category else ColumnType.FLOAT64
    return Column(name=name, type=found, nullable=True)


def _type_of_categories(booster: Any, name: str) -> "ColumnType":  # noqa: ANN401
    """Return what the categories of a column are; only pyarrow can show them."""
    from mltrack.models.entities import ColumnType

    try:
        shown = dict(booster.get_categories(export_to_arrow=True).to_arrow())[name]
    except ImportError:
        return ColumnType.ANY
    return ColumnType.STR if "string" in str(shown.type) else ColumnType.INT64


def requirements(details: Mapping[str, Any]) -> list[str]:  # noqa: ARG001
    """Return the distribution that loading needs, as it is called here."""
    from mltrack.models import installed

    here = [name for name in _DISTRIBUTIONS if installed.version_or_none(name) is not None]
    return (here or list(_DISTRIBUTIONS))[:1]


def what_runs(details: Mapping[str, Any]) -> str:  # noqa: ARG001
    """Say which code loading runs: XGBoost reads its own format and nothing else."""
    return ""


def mlflow(details: Mapping[str, Any]) -> dict[str, dict[str, Any]]:
    """Return what MLflow's own flavour needs to know."""
    module = "xgboost.core" if details["class"] == BOOSTER else "xgboost.sklearn"
    return {
        "xgboost": {
            "data": details["file"],
            "model_class": f"{module}.{details['class']}",
            "model_format": "ubj",
            "xgb_version": next(iter(details["versions"].values())),
        }
    }


def load(files: "Files", details: Mapping[str, Any]) -> Any:  # noqa: ANN401 - as XGBoost has it
    """Return the booster, or the wrapper that it came in."""
    import xgboost

    data = bytearray(files.read(details["file"]))
    kind = details["class"]
    if kind == BOOSTER:
        return xgboost.Booster(model_file=data)
    if kind not in _WRAPPERS:
        raise ValueError(f"there is no XGBoost model {kind!r}")
    made_with = {name: details[name] for name in ("missing",) if name in details}
    model = getattr(xgboost, kind)(**made_with)
    model.load_model(data)
    return model


def predict(native: Any, rows: Any, method: str) -> Any:  # noqa: ANN401 - as XGBoost has it
    """Return one prediction a row."""
    import xgboost

    booster = _booster(native)
    rows = _as_trained(booster, rows)
    try:
        if native is booster:
            return booster.predict(_matrix(booster, rows))
        return getattr(native, method)(rows)
    except xgboost.core.XGBoostError as error:
        raise ValueError(_WHERE.sub("", str(error)).splitlines()[0]) from error


def _booster(model: Any) -> Any:  # noqa: ANN401 - as XGBoost has it
    return model if type(model).__name__ == BOOSTER else model.get_booster()


def _knows_categories(booster: Any) -> bool:  # noqa: ANN401 - as XGBoost has it
    """Tell whether a model was trained on categories, and not on numbers that stand for them."""
    if _CATEGORY not in (booster.feature_types or ()):
        return False
    if not hasattr(booster, "get_categories"):
        raise ValueError("the model has categories, which XGBoost before 3.1 does not tell apart")
    return not booster.get_categories().empty()


def _as_trained(booster: Any, rows: Any) -> Any:  # noqa: ANN401 - as XGBoost has it
    """Return rows whose columns of categories are such."""
    if not hasattr(rows, "columns") or not _knows_categories(booster):
        return rows
    pairs = zip(booster.feature_names, booster.feature_types, strict=True)
    of_categories = [name for name, kind in pairs if kind == _CATEGORY]
    return rows.assign(**{name: _categories(rows[name]) for name in of_categories})


def _categories(values: Any) -> Any:  # noqa: ANN401 - pandas is not loaded here
    """Return a column as categories, of the type that the model knows: texts or whole numbers.

    Missing ones make whole numbers real; and XGBoost takes no column without a single category.
    """
    import pandas as pd

    found = pd.Categorical(values)
    are_numbers = found.categories.dtype.kind in "iuf"
    names = found.categories.astype("int64") if are_numbers else found.categories
    if len(names) == 0:
        names = [0] if are_numbers else [""]
    return pd.Categorical.from_codes(found.codes, names)


def _matrix(booster: Any, rows: Any) -> Any:  # noqa: ANN401 - as XGBoost has it
    import xgboost

    if hasattr(rows, "columns"):
        return xgboost.DMatrix(rows, enable_categorical=True)
    return xgboost.DMatrix(
        rows, feature_names=booster.feature_names, feature_types=booster.feature_types,
        enable_categorical=True,
    )  # fmt: skip
