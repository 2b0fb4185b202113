"""scikit-learn estimators and pipelines, as a pickle: loading one runs what the pickle says."""

import warnings
from collections.abc import Mapping
from importlib.util import find_spec
from pathlib import Path
from typing import Any

from mltrack.errors import IntegrityError, MissingExtraError, UsageError
from mltrack.models import installed, pickles
from mltrack.models.entities import Column, ColumnType, Layout, Signature
from mltrack.models.manifest import VerifiedFiles

NAME = "sklearn"
EXTRA = "sklearn"
FILE = "data/model.pkl"
_LIBRARIES = ("scikit-learn", "cloudpickle")
_ADDRESSES = frozenset({"_stop_words_id"})
"""Attributes of text vectorizers: a mark that their stop words were checked in this process."""


def detect(model: object) -> bool:
    """Tell whether a model is a scikit-learn estimator."""
    return any(
        base.__name__ == "BaseEstimator" and base.__module__ == "sklearn.base"
        for base in type(model).__mro__
    )


def save(model: object, folder: Path) -> dict[str, Any]:
    """Write a fitted estimator.

    Raises:
        UsageError: it is not fitted, predicts nothing, or cannot be pickled.
    """
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

    try:
        check_is_fitted(model)
    except NotFittedError:
        raise UsageError(
            f"the {type(model).__name__} is not fitted", fix="call its fit before saving it"
        ) from None


def _refuse_without_predict(model: object) -> None:
    if not hasattr(model, "predict"):
        raise UsageError(
            f"a {type(model).__name__} is no model: it has no predict",
            fix="save the pipeline that it is a step of",
        )


def requirements() -> list[str]:
    """Return the distributions that loading needs."""
    return list(_LIBRARIES)


def what_runs(details: Mapping[str, Any]) -> str:
    """Say which code loading runs: a pickle may name any, whatever the package says of itself."""
    return f"scikit-learn model, {details.get('file')}, a pickle"


def load(files: VerifiedFiles, details: Mapping[str, Any]) -> object:
    """Return the estimator. This runs what the pickle says.

    Raises:
        MissingExtraError: scikit-learn is not installed.
        IntegrityError: the file is not what the manifest says.
    """
    if find_spec("sklearn") is None:
        raise MissingExtraError("scikit-learn", extra=EXTRA, feature=f"the model {files.folder}")
    file = details.get("file")
    if not isinstance(file, str):
        raise IntegrityError(f"{files.folder}: the package names no file to load")
    with warnings.catch_warnings():
        warnings.filterwarnings("ignore", category=_version_warning())
        return pickles.load(files.read(file), str(files.folder / file))


def _version_warning() -> type[Warning]:
    """Return the warning that says what the notes of a loaded model say for every flavour."""
    from sklearn.exceptions import InconsistentVersionWarning

    found: type[Warning] = InconsistentVersionWarning
    return found


def predict(model: Any, table: Any) -> Any:  # noqa: ANN401 - as scikit-learn has it
    """Return one prediction a row.

    Raises:
        UsageError: the estimator refuses the rows.
    """
    from mltrack.models.columns import rows_of

    rows = rows_of(table)
    with warnings.catch_warnings():
        # Columns were matched by the signature; whether their names came along changes nothing.
        warnings.filterwarnings("ignore", message="X (does not have|has) .*feature names")
        try:
            return model.predict(rows)
        except (TypeError, ValueError) as error:
            raise UsageError(f"the {type(model).__name__} refuses the rows: {error}") from error


def describe(model: Any) -> Signature | None:  # noqa: ANN401 - as scikit-learn has it
    """Return what a fitted estimator knows of its inputs; None when it does not even count them."""
    from mltrack.models.signature import position_names

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
