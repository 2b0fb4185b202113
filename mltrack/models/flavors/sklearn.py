"""scikit-learn estimators and pipelines: as a skops file, which runs no code, or as a pickle."""

import io
import warnings
import zipfile
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from mltrack.models.entities import Described, Signature, Wishes
    from mltrack.models.package_files import Files

NAME = "sklearn"
EXTRA = "sklearn"
SKOPS = "data/model.skops"
PICKLE = "data/model.pkl"
_METHODS = ("predict", "predict_proba", "decision_function")
_ADDRESSES = frozenset({"_stop_words_id"})
"""Attributes of text vectorizers: a mark that their stop words were checked in this process."""
_SAFE_SKOPS = (0, 16)
"""Older ones are known to run, or to let through, what a file only pretends to be."""
_PACKED_AT_MOST = 20
_SMALL_BYTES = 64 * 2**20
_NO_SKOPS = (
    "skops is not installed, so the model is pickled: others must trust it before they load it; "
    "pip install 'mltrack-local[sklearn]'"
)


def detect(model: object) -> bool:
    """Tell whether a model is a scikit-learn estimator."""
    return any(
        base.__name__ == "BaseEstimator" and base.__module__ == "sklearn.base"
        for base in type(model).__mro__
    )


def save(model: object, folder: Path, wishes: "Wishes") -> dict[str, Any]:
    """Write a fitted estimator: by skops where that holds all of it, else pickled.

    Raises:
        UsageError: it is not fitted, predicts nothing, or cannot be written as asked for.
    """
    from mltrack.models import classes, installed, pickles

    _refuse_unfitted(model)
    _refuse_without_predict(model)
    data = _skops_bytes(model, wishes.format)
    file = PICKLE if data is None else SKOPS
    (folder / file).parent.mkdir()
    if data is None:
        pickles.dump(model, folder / file, omit=_ADDRESSES)
    else:
        (folder / file).write_bytes(data)
    return {
        "class": f"{type(model).__module__}.{type(model).__qualname__}",
        "file": file,
        "serialization": "cloudpickle" if data is None else "skops",
        **classes.told(model),
        "versions": {name: installed.version_of(name) for name in requirements({"file": file})},
    }


def _skops_bytes(model: object, wanted: str) -> bytes | None:
    """Return the model as a skops file that needs no trust; None when it is to be pickled."""
    from mltrack.errors import MissingExtraError, UsageError

    if wanted not in {"", "skops", "pickle"}:
        raise UsageError(
            f"a scikit-learn model has no format {wanted!r}", fix="give format skops or pickle"
        )
    if wanted == "pickle":
        return None
    if not _has_skops():
        if wanted:
            raise MissingExtraError("skops", extra=EXTRA, feature="the format skops")
        warnings.warn(_NO_SKOPS, stacklevel=2)
        return None
    data, why = _by_skops(model)
    if wanted and why:
        raise UsageError(
            f"the {type(model).__name__} cannot be saved as skops", why=why,
            fix="leave the format out: it is then pickled, and loading it runs code",
        )  # fmt: skip
    return None if why else data


def _has_skops() -> bool:
    import importlib.util

    return importlib.util.find_spec("skops") is not None


def _by_skops(model: object) -> tuple[bytes, str]:
    """Return a skops file, and why it cannot be loaded by everybody; an empty text says it can."""
    from mltrack.models import skops_files

    try:
        data = skops_files.dumps(model, omit=_ADDRESSES)
        untrusted = skops_files.untrusted_types(data)
    except Exception as error:  # noqa: BLE001 - skops raises whatever its many parts raise
        return b"", f"skops cannot take it apart: {error}"
    return data, f"it holds what skops does not trust: {', '.join(untrusted)}" if untrusted else ""


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


def requirements(details: Mapping[str, Any]) -> list[str]:
    """Return the distributions that loading needs."""
    return ["scikit-learn", "skops" if _is_skops(details) else "cloudpickle"]


def what_runs(details: Mapping[str, Any]) -> str:
    """Say which code loading runs: only what ends in `.skops` is read by skops, which runs none."""
    if _is_skops(details):
        return ""
    return f"scikit-learn model, {details.get('file')}, a pickle"


def _is_skops(details: Mapping[str, Any]) -> bool:
    return str(details.get("file")).endswith(".skops")


def mlflow(details: Mapping[str, Any]) -> dict[str, dict[str, Any]]:
    """Return what MLflow's own flavour needs to know."""
    return {
        "sklearn": {
            "pickled_model": details["file"],
            "serialization_format": details["serialization"],
            "sklearn_version": details["versions"]["scikit-learn"],
        }
    }


def load(files: "Files", details: Mapping[str, Any]) -> Any:  # noqa: ANN401 - as scikit-learn has it
    """Return the estimator. What is no skops file is a pickle, and runs what that says."""
    from sklearn.exceptions import InconsistentVersionWarning

    data = files.read(details["file"])
    with warnings.catch_warnings():
        # The notes of a loaded model say it for every flavour.
        warnings.filterwarnings("ignore", category=InconsistentVersionWarning)
        model = _from_skops(data) if _is_skops(details) else _from_pickle(data)
    if not hasattr(model, "predict"):
        raise ValueError(f"{details['file']} holds a {type(model).__name__}, which has no predict")
    return model


def _from_pickle(data: bytes) -> Any:  # noqa: ANN401 - whatever it holds
    import pickle

    return pickle.loads(data)  # noqa: S301 - digest and trust are checked


def _from_skops(data: bytes) -> Any:  # noqa: ANN401 - whatever it holds
    """Return what a skops file holds, if skops itself knows all its types to be harmless."""
    import skops
    import skops.io
    from skops.io.exceptions import UntrustedTypesFoundException

    if tuple(map(int, skops.__version__.split(".")[:2])) < _SAFE_SKOPS:
        raise ValueError(f"skops {skops.__version__} lets code through that newer ones refuse")
    try:
        _refuse_bomb(data)
        return skops.io.loads(data, trusted=[])
    except (UntrustedTypesFoundException, zipfile.BadZipFile) as error:
        raise ValueError(str(error)) from error


def _refuse_bomb(data: bytes) -> None:
    """Refuse a zip that holds far more than its bytes: no file that mltrack writes is packed."""
    with zipfile.ZipFile(io.BytesIO(data)) as file:
        size = sum(info.file_size for info in file.infolist())
    if size > _PACKED_AT_MOST * len(data) + _SMALL_BYTES:
        raise ValueError(f"{len(data)} bytes would become {size}")


def predict(native: Any, rows: Any, method: str) -> Any:  # noqa: ANN401 - as scikit-learn has it
    """Return one prediction a row."""
    import joblib

    # Threads would add up what trees say in another order each time.
    with warnings.catch_warnings(), joblib.parallel_config(backend="sequential"):
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
