"""scikit-learn estimators and pipelines, as a pickle: loading one runs what the pickle says."""

import warnings
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from mltrack.models.entities import Described, Signature, Wishes
    from mltrack.models.loader import Files

NAME = "sklearn"
EXTRA = "sklearn"
FILE = "data/model.pkl"
_METHODS = ("predict", "predict_proba", "decision_function")
_LIBRARIES = ("scikit-learn", "cloudpickle")
_ADDRESSES = frozenset({"_stop_words_id"})
"""Attributes of text vectorizers: a mark that their stop words were checked in this process."""


def detect(model: object) -> bool:
    """Tell whether a model is a scikit-learn estimator."""
    return any(
        base.__name__ == "BaseEstimator" and base.__module__ == "sklearn.base"
        for base in type(model).__mro__
    )


def save(model: object, folder: Path, wishes: "Wishes") -> dict[str, Any]:  # noqa: ARG001
    """Write a fitted estimator.

    Raises:
        UsageError: it is not fitted, predicts nothing, or cannot be pickled.
    """
    from mltrack.models import installed, pickles

    _refuse_unfitted(model)
    _refuse_without_predict(model)
    (folder / FILE).parent.mkdir()
    pickles.dump(model, folder / FILE, omit=_ADDRESSES)
    return {
        "class": f"{type(model).__module__}.{type(model).__qualname__}",
        "file": FILE,
        "serialization": "cloudpickle",
        "versions": {name: installed.version_of(name) for name in _LIBRARIES},
    }


def _refuse_unfitted(model: object) -> None:
    from sklearn.exceptions import NotFittedError
    from sklearn.utils.validation import check_is_fitted

    from mltrack.errors import UsageError

    try:
        check_is_fitted(model)
    except NotFittedError:
        raise UsageError(
            f"the {type(model).__name__} is not fitted", fix="call its fit before saving it"
        ) from None


def _refuse_without_predict(model: object) -> None:
    from mltrack.errors import UsageError

    if not hasattr(model, "predict"):
        raise UsageError(
            f"a {type(model).__name__} is no model: it has no predict",
            fix="save the pipeline that it is a step of",
        )


def requirements(details: Mapping[str, Any]) -> list[str]:  # noqa: ARG001
    """Return the distributions that loading needs."""
    return list(_LIBRARIES)


def what_runs(details: Mapping[str, Any]) -> str:
    """Say which code loading runs: a pickle may name any, whatever the package says of itself."""
    return f"scikit-learn model, {details.get('file')}, a pickle"


def mlflow(details: Mapping[str, Any]) -> dict[str, dict[str, Any]]:
    """Return what MLflow's own flavour needs to know."""
    return {
        "sklearn": {
            "pickled_model": details["file"],
            "serialization_format": "cloudpickle",
            "sklearn_version": details["versions"]["scikit-learn"],
        }
    }


def load(files: "Files", details: Mapping[str, Any]) -> Any:  # noqa: ANN401 - as scikit-learn has it
    """Return the estimator. This runs what the pickle says."""
    import pickle

    from sklearn.exceptions import InconsistentVersionWarning

    with warnings.catch_warnings():
        # The notes of a loaded model say it for every flavour.
        warnings.filterwarnings("ignore", category=InconsistentVersionWarning)
        return pickle.loads(files.read(details["file"]))  # noqa: S301 - digest and trust are checked


def predict(native: Any, rows: Any, method: str) -> Any:  # noqa: ANN401 - as scikit-learn has it
    """Return one prediction a row."""
    with warnings.catch_warnings():
        # Columns were matched by the signature; whether their names came along changes nothing.
        warnings.filterwarnings("ignore", message="X (does not have|has) .*feature names")
        return getattr(native, method)(rows)


def describe(model: Any) -> "Described":  # noqa: ANN401 - as scikit-learn has it
    """Return what a fitted estimator knows."""
    from sklearn.base import is_classifier, is_regressor

    from mltrack.models.entities import Described, Task

    kinds = {Task.CLASSIFICATION: is_classifier, Task.REGRESSION: is_regressor}
    task = next((task for task, is_one in kinds.items() if is_one(model)), None)
    methods = tuple(name for name in _METHODS if hasattr(model, name))
    return Described(signature=_signature(model), task=task, methods=methods)


def _signature(model: Any) -> "Signature | None":  # noqa: ANN401 - as scikit-learn has it
    """Return what a fitted estimator knows of its inputs; None when it does not even count them."""
    from mltrack.models.entities import Column, ColumnType, Layout, Signature
    from mltrack.models.signature.inferring import position_names

    count = getattr(model, "n_features_in_", None)
    if count is None:
        return None
    names = getattr(model, "feature_names_in_", None)
    steps = _steps(model)
    kind = ColumnType.FLOAT64 if _takes_numbers_alone(steps[0]) else ColumnType.ANY
    nullable = _copes_with_missing(steps)
    shown = position_names(count) if names is None else map(str, names)
    return Signature(
        layout=Layout.POSITIONS if names is None else Layout.NAMED,
        inputs=tuple(Column(name=name, type=kind, nullable=nullable) for name in shown),
    )


def _steps(model: Any) -> list[Any]:  # noqa: ANN401 - as scikit-learn has it
    """Return the steps that rows pass through, without those that do nothing."""
    if hasattr(model, "best_estimator_"):
        return _steps(model.best_estimator_)
    if not hasattr(model, "steps"):
        return [model]
    return [
        part
        for _, step in model.steps
        if step not in {None, "passthrough"}
        for part in _steps(step)
    ]


_OF_ANY_TYPE = ("ColumnTransformer", "FeatureUnion", "FunctionTransformer")
_FILLS_WITH_ANYTHING = ("most_frequent", "constant")


def _takes_numbers_alone(step: Any) -> bool:  # noqa: ANN401 - as scikit-learn has it
    """Tell whether a step turns every column into real numbers before it does anything else."""
    from sklearn.utils import get_tags

    kind = type(step)
    if kind.__module__.split(".")[0] != "sklearn" or kind.__name__ in _OF_ANY_TYPE:
        return False
    if getattr(step, "strategy", None) in _FILLS_WITH_ANYTHING:
        return False
    if getattr(step, "is_categorical_", None) is not None:
        return False
    tags = get_tags(step).input_tags
    return bool(tags.two_d_array and not tags.categorical and not tags.string)


def _copes_with_missing(steps: list[Any]) -> bool:
    """Tell whether missing values get through all steps, or up to one that fills them."""
    from sklearn.utils import get_tags

    for step in steps:
        if not hasattr(step, "__sklearn_tags__") or not get_tags(step).input_tags.allow_nan:
            return False
        if type(step).__module__.startswith("sklearn.impute"):
            return True
    return True
