"""TensorFlow modules, and Keras models on request, as SavedModels.

A SavedModel is a program: TensorFlow runs operations of its graph, which may read and write files,
so loading one counts as running code.
"""

from collections.abc import Callable, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from mltrack.models.entities import Described, Wishes
    from mltrack.models.package_files import Files

NAME = "tensorflow"
EXTRA = "tensorflow"
FOLDER = "data/saved_model"
_SAVED = "_mltrack_saved"
"""The attribute that tells where a loaded model's files lie."""


def detect(model: object) -> bool:
    """Tell whether a model is a module of TensorFlow, or was loaded from a SavedModel."""
    return any(
        base.__name__ == "AutoTrackable"
        and base.__module__ == "tensorflow.python.trackable.autotrackable"
        for base in type(model).__mro__
    )


def describe(model: object) -> "Described":  # noqa: ARG001
    """Return that a model takes arrays as they are."""
    from mltrack.models.entities import Described

    return Described(tensors=True)


def save(model: Any, folder: Path, wishes: "Wishes") -> dict[str, Any]:  # noqa: ANN401, ARG001
    """Write a model.

    Raises:
        UsageError: it has no function that TensorFlow can save.
    """
    from mltrack.models import installed, tensorflow_saving
    from mltrack.models.code import places

    tensorflow_saving.write(model, folder / FOLDER, saved=getattr(model, _SAVED, None))
    names = places.distributions_of("tensorflow")
    return {
        "folder": FOLDER,
        "versions": {name: installed.version_of(name) for name in names},
    }


def requirements(details: Mapping[str, Any]) -> list[str]:
    """Return the distributions that loading needs."""
    return [*details["versions"], "numpy"]


def what_runs(details: Mapping[str, Any]) -> str:
    """Say which code loading runs."""
    return f"TensorFlow SavedModel, {details.get('folder')}, a program"


def mlflow(details: Mapping[str, Any]) -> dict[str, dict[str, Any]]:
    """Return what MLflow's own flavour needs to know."""
    return {"tensorflow": {"saved_model_dir": details["folder"], "model_type": "tf2-module"}}


def load(files: "Files", details: Mapping[str, Any]) -> Any:  # noqa: ANN401 - TensorFlow's
    """Return the model. This runs its program.

    Raises:
        ValueError: TensorFlow does not make it from its files.
    """
    import tensorflow as tf

    folder = files.place(details["folder"])
    loaded = _run(lambda: tf.saved_model.load(str(folder)))
    object.__setattr__(loaded, _SAVED, folder)
    return loaded


def _run(function: Callable[[], Any]) -> Any:  # noqa: ANN401 - TensorFlow's
    """Call code of TensorFlow; whatever it raises is a ValueError."""
    try:
        return function()
    except (ImportError, TypeError, ValueError):
        raise
    except Exception as error:
        raise ValueError(f"{type(error).__name__}: {error}") from error


def predict(native: Any, rows: Any, method: str) -> Any:  # noqa: ANN401, ARG001 - TensorFlow's
    """Return what a model gives for rows, as numpy arrays: one, several, or several by name.

    Fractions are given in the type of the model's own variables, usually float32.

    Raises:
        ValueError: the model refuses the rows.
        TypeError: it has nothing that can be called.
    """
    found = (getattr(native, name, None) for name in ("serve", "__call__"))
    ask = next(filter(callable, found), None)
    if ask is None:
        raise TypeError(f"a {type(native).__name__} cannot be called")
    kinds = [variable.dtype for variable in getattr(native, "variables", ())]
    kind = next((kind for kind in kinds if getattr(kind, "is_floating", False)), "float32")
    if isinstance(rows, Mapping):
        named = {name: _tensor(part, kind) for name, part in rows.items()}
        return _as_arrays(_run(lambda: ask(**named)))
    return _as_arrays(_run(lambda: ask(_tensor(rows, kind))))


def _tensor(rows: Any, kind: Any) -> Any:  # noqa: ANN401 - TensorFlow's
    import numpy as np
    import tensorflow as tf

    array = rows.to_numpy() if hasattr(rows, "to_numpy") else np.asarray(rows)
    return tf.constant(array, dtype=kind if array.dtype.kind == "f" else None)


def _as_arrays(answer: Any) -> Any:  # noqa: ANN401 - TensorFlow's
    if hasattr(answer, "_asdict"):
        answer = answer._asdict()
    if isinstance(answer, Mapping):
        # By name, for a model that was loaded gives them in this order.
        return {str(name): part.numpy() for name, part in sorted(answer.items())}
    if isinstance(answer, tuple | list):
        return tuple(part.numpy() for part in answer)
    return answer.numpy()
