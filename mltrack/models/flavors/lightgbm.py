"""LightGBM boosters and scikit-learn wrappers, as `.txt`: reading one runs no code."""

from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from mltrack.models.entities import Described, Signature, Task, Wishes
    from mltrack.models.package_files import Files

NAME = "lightgbm"
EXTRA = "lightgbm"
FILE = "data/model.txt"
BOOSTER = "Booster"
_CLASSIFIER = "LGBMClassifier"
_WRAPPERS = (_CLASSIFIER, "LGBMRegressor", "LGBMRanker")
_MODULES = {"lightgbm.basic": (BOOSTER,), "lightgbm.sklearn": _WRAPPERS}
_REGRESSIONS = (
    "regression", "huber", "fair", "poisson", "quantile", "mape", "gamma", "tweedie",
)  # fmt: skip
_MADE_UP = "Column_"
_CATEGORICAL = ("categorical_column", "categorical_feature")
"""What a booster calls the positions of its categories: after training, after loading."""


def detect(model: object) -> bool:
    """Tell whether a model is LightGBM's own; what a subclass does differently no file holds."""
    kind = type(model)
    return kind.__name__ in _MODULES.get(kind.__module__, ())


def save(model: Any, folder: Path, wishes: "Wishes") -> dict[str, Any]:  # noqa: ANN401
    """Write a trained model.

    Raises:
        UsageError: it is not trained, another format is asked for, or no file holds all of it.
    """
    from mltrack.errors import UsageError
    from mltrack.models import installed

    kind = type(model).__name__
    if wishes.format not in {"", "txt"}:
        raise UsageError(
            f"a LightGBM model has no format {wishes.format!r}", fix="give txt, or leave it out"
        )
    if kind != BOOSTER and not model.__sklearn_is_fitted__():
        raise UsageError(f"the {kind} is not fitted", fix="call its fit before saving it")
    _refuse_categories_of_two_ways(_booster(model))
    (folder / FILE).parent.mkdir()
    (folder / FILE).write_text(_booster(model).model_to_string(), encoding="utf-8", newline="")
    return {
        "class": kind,
        "file": FILE,
        **({} if kind == BOOSTER else _wrapped(model)),
        "versions": {"lightgbm": installed.version_of("lightgbm")},
    }


def _refuse_categories_of_two_ways(booster: Any) -> None:  # noqa: ANN401 - as LightGBM has it
    """Refuse a model of which no file says which columns are texts and which are codes."""
    from mltrack.errors import UsageError

    if booster.pandas_categorical and len(booster.pandas_categorical) != len(_positions(booster)):
        raise UsageError(
            "the LightGBM model cannot be saved",
            why="some of its categorical_feature are columns of categories, some are numbers",
            fix="train it with every one of them as a pandas category",
        )


def _wrapped(model: Any) -> dict[str, Any]:  # noqa: ANN401 - as LightGBM has it
    """Return what a wrapper knows besides its booster.

    Raises:
        UsageError: a function of the user decides what its predictions mean.
    """
    from mltrack.errors import UsageError

    if callable(model.objective_):
        raise UsageError(
            f"the {type(model).__name__} has an objective that is a function, which no file holds",
            fix="save its booster: model.booster_",
        )
    told = {"objective": model.objective_, "named": hasattr(model, "feature_names_in_")}
    if type(model).__name__ == _CLASSIFIER:
        told["classes"] = model.classes_.tolist()
        told["classes_dtype"] = model.classes_.dtype.str
    return told


def describe(model: Any) -> "Described":  # noqa: ANN401 - as LightGBM has it
    """Return what a trained model knows."""
    from mltrack.models.entities import Described

    kind = type(model).__name__
    methods = ("predict", "predict_proba") if kind == _CLASSIFIER else ("predict",)
    booster = _booster(model)
    return Described(signature=_signature(booster), task=_task(kind, booster), methods=methods)


def _task(kind: str, booster: Any) -> "Task | None":  # noqa: ANN401 - as LightGBM has it
    """Return what is predicted; None for a booster that gives probabilities, and for ranks."""
    from mltrack.models.entities import Task

    if kind != BOOSTER:
        return {_CLASSIFIER: Task.CLASSIFICATION, "LGBMRegressor": Task.REGRESSION}.get(kind)
    objective = str(booster.dump_model(num_iteration=1).get("objective", ""))
    return Task.REGRESSION if objective.startswith(_REGRESSIONS) else None


def _signature(booster: Any) -> "Signature":  # noqa: ANN401 - as LightGBM has it
    """Return the columns: numbers that may be missing, and categories.

    LightGBM has turned every space in their names into `_`.
    """
    from mltrack.models.entities import Column, ColumnType, Layout, Signature
    from mltrack.models.signature.inferring import position_names

    names = booster.feature_name()
    named = not all(name.startswith(_MADE_UP) for name in names)
    kinds = dict(zip(_category_positions(booster), booster.pandas_categorical or (), strict=False))
    return Signature(
        layout=Layout.NAMED if named else Layout.POSITIONS,
        inputs=tuple(
            Column(
                name=name,
                type=_type_of(kinds[place]) if place in kinds else ColumnType.FLOAT64,
                nullable=True,
            )
            for place, name in enumerate(names if named else position_names(len(names)))
        ),
    )


def _type_of(categories: list[Any]) -> Any:  # noqa: ANN401 - a ColumnType
    import numpy as np

    from mltrack.models.entities import ColumnType
    from mltrack.models.signature.columns import type_of

    return type_of(np.array(categories, dtype=object)) or ColumnType.ANY


def requirements(details: Mapping[str, Any]) -> list[str]:
    """Return the distributions that loading needs."""
    is_wrapped = details.get("class", BOOSTER) != BOOSTER
    return ["lightgbm", *(["scikit-learn"] if is_wrapped else [])]


def what_runs(details: Mapping[str, Any]) -> str:  # noqa: ARG001
    """Say which code loading runs: LightGBM reads its own format and nothing else."""
    return ""


def mlflow(details: Mapping[str, Any]) -> dict[str, dict[str, Any]]:
    """Return what MLflow's own flavour needs to know: it reads boosters, and pickled wrappers."""
    return {
        "lightgbm": {
            "data": details["file"],
            "lgb_version": details["versions"]["lightgbm"],
            "model_class": "lightgbm.basic.Booster",
        }
    }


def load(files: "Files", details: Mapping[str, Any]) -> Any:  # noqa: ANN401 - as LightGBM has it
    """Return the booster, or the wrapper that it came in."""
    import lightgbm

    kind = details["class"]
    if kind != BOOSTER and kind not in _WRAPPERS:
        raise ValueError(f"there is no LightGBM model {kind!r}")
    text = files.read(details["file"]).decode()
    try:
        booster = lightgbm.Booster(model_str=text)
    except lightgbm.basic.LightGBMError as error:
        raise ValueError(str(error)) from error
    return booster if kind == BOOSTER else _in_wrapper(getattr(lightgbm, kind)(), booster, details)


def _in_wrapper(model: Any, booster: Any, details: Mapping[str, Any]) -> Any:  # noqa: ANN401
    """Return a wrapper as its fit leaves it; LightGBM itself has no way to make one of a file."""
    import numpy as np

    count = booster.num_feature()
    model.set_params(objective=details["objective"])
    told = {
        "Booster": booster, "objective": details["objective"], "n_features": count,
        "n_features_in": count, "fitted_with_feature_names": details["named"],
        "best_iteration": 0, "evals_result": {}, "best_score": {},
    }  # fmt: skip
    if "classes" in details:
        from lightgbm.compat import _LGBMLabelEncoder

        classes = np.array(details["classes"], dtype=details["classes_dtype"])
        labels = _LGBMLabelEncoder().fit(classes)
        told |= {"le": labels, "classes": classes, "n_classes": len(classes)}
        told["class_map"] = dict(zip(classes, range(len(classes)), strict=True))
    for name, value in told.items():
        setattr(model, f"_{name}", value)
    model.fitted_ = True
    return model


def predict(native: Any, rows: Any, method: str) -> Any:  # noqa: ANN401 - as LightGBM has it
    """Return one prediction a row."""
    import warnings

    import lightgbm

    rows = _as_trained(_booster(native), rows)
    try:
        with warnings.catch_warnings():
            # Columns were matched by the signature; whether their names came along changes nothing.
            warnings.filterwarnings("ignore", message="X does not have valid feature names")
            return getattr(native, method)(rows)
    except lightgbm.basic.LightGBMError as error:
        raise ValueError(str(error)) from error


def _booster(model: Any) -> Any:  # noqa: ANN401 - as LightGBM has it
    return model if type(model).__name__ == BOOSTER else model.booster_


def _as_trained(booster: Any, rows: Any) -> Any:  # noqa: ANN401 - as LightGBM has it
    """Return rows whose columns of categories are such."""
    if not booster.pandas_categorical or not hasattr(rows, "columns"):
        return rows
    pairs = zip(_category_positions(booster), booster.pandas_categorical, strict=True)
    return rows.assign(**{
        rows.columns[place]: _categories(rows.iloc[:, place], known) for place, known in pairs
    })  # fmt: skip


def _categories(values: Any, known: list[Any]) -> Any:  # noqa: ANN401 - pandas is not loaded here
    """Return a column as the categories that were trained on; others are missing values."""
    import pandas as pd

    names = pd.Index(known)
    return pd.Categorical.from_codes(names.get_indexer_for(values), names)


def _category_positions(booster: Any) -> list[int]:  # noqa: ANN401 - as LightGBM has it
    """Return which columns are categories of pandas."""
    return _positions(booster) if booster.pandas_categorical else []


def _positions(booster: Any) -> list[int]:  # noqa: ANN401 - as LightGBM has it
    """Return which columns are categorical, as texts or as codes."""
    told = [booster.params[name] for name in _CATEGORICAL if booster.params.get(name)]
    if not told or told[0] == "auto":
        return []
    names = booster.feature_name()
    return sorted(names.index(item) if isinstance(item, str) else item for item in told[0])
