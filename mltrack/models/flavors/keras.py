"""Keras models as `.keras` files, for predicting: what training alone needs is left out.

Loading runs no code, for Keras's safe mode makes its own layers alone; the classes of a project are
code that travels, and an older Keras, whose safe mode has holes, is not relied on.
"""

import importlib
import os
import sys
import warnings
from collections.abc import Callable, Mapping
from operator import attrgetter
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from mltrack.models.entities import Described, Wishes
    from mltrack.models.package_files import Files

NAME = "keras"
EXTRA = "keras"
FILE = "data/model.keras"
_SAFE_SINCE = (3, 13, 2)
"""The Keras that closed the last known way around its safe mode (CVE-2026-1462)."""
_BACKENDS = ("jax", "numpy", "openvino", "tensorflow", "torch")


def detect(model: object) -> bool:
    """Tell whether a model is one of Keras 3."""
    return any(
        base.__name__ == "Model" and base.__module__ == "keras.src.models.model"
        for base in type(model).__mro__
    )


def describe(model: object) -> "Described":  # noqa: ARG001
    """Return that a model takes arrays as they are."""
    from mltrack.models.entities import Described

    return Described(tensors=True)


def save(model: Any, folder: Path, wishes: "Wishes") -> dict[str, Any]:  # noqa: ANN401 - Keras's
    """Write a model.

    Raises:
        UsageError: it has no weights yet, or holds code that cannot travel.
    """
    from mltrack.models import keras_saving

    (folder / FILE).parent.mkdir(parents=True, exist_ok=True)
    return {"file": FILE, **keras_saving.write(model, folder, folder / FILE, wishes)}


def requirements(details: Mapping[str, Any]) -> list[str]:
    """Return the distributions that loading needs."""
    return [*details["versions"], "numpy"]


def what_runs(details: Mapping[str, Any]) -> str:
    """Say which code loading runs: the project's own classes, or what Keras lets through.

    It reads a file that is called otherwise than `.keras` in older ways, without its safe mode.
    """
    if objects := details.get("objects"):
        names = sorted(map(str, objects)) if isinstance(objects, Mapping) else [str(objects)]
        return f"Keras model, its classes {', '.join(names)}"
    file = str(details.get("file"))
    if not file.endswith(".keras"):
        return f"Keras model, {file}, in a form that Keras may run code of"
    found = _version_here()
    if found is not None and found < _SAFE_SINCE:
        return f"Keras model, {file}, which a Keras as old as here may run code of"
    return ""


def _version_here() -> tuple[int, ...] | None:
    """Return the version of Keras that is installed; None without."""
    import re
    from importlib import metadata

    try:
        return tuple(int(part) for part in re.findall(r"\d+", metadata.version("keras"))[:3])
    except metadata.PackageNotFoundError:
        return None


def mlflow(details: Mapping[str, Any]) -> dict[str, dict[str, Any]]:
    """Return what MLflow's own flavour needs to know; it finds no classes of a project."""
    if details["objects"]:
        return {}
    return {"keras": {"data": "data", "keras_version": details["versions"]["keras"]}}


def load(files: "Files", details: Mapping[str, Any]) -> Any:  # noqa: ANN401 - Keras's
    """Return the model.

    Raises:
        ValueError: Keras does not make it from its file.
    """
    if details["backend"] not in _BACKENDS:
        raise ValueError(f"Keras has no backend {details['backend']!r}")
    if "keras" not in sys.modules:
        os.environ.setdefault("KERAS_BACKEND", details["backend"])
    import keras

    if keras.backend.backend() != details["backend"]:
        warnings.warn(
            f"saved with Keras on {details['backend']}, here it is on {keras.backend.backend()}: "
            "predictions may differ in their last digits",
            stacklevel=2,
        )
    objects = {
        name: attrgetter(place["name"])(importlib.import_module(place["module"]))
        for name, place in details["objects"].items()
    }
    path = files.place(details["file"])
    return _run(
        lambda: keras.saving.load_model(path, custom_objects=objects, compile=False, safe_mode=True)
    )


def _run(function: Callable[[], Any]) -> Any:  # noqa: ANN401 - Keras's
    """Call code of Keras or of the user; whatever it raises is a ValueError."""
    try:
        return function()
    except (ImportError, TypeError, ValueError):
        raise
    except Exception as error:
        raise ValueError(f"{type(error).__name__}: {error}") from error


def predict(native: Any, rows: Any, method: str) -> Any:  # noqa: ANN401, ARG001 - Keras's
    """Return what a model gives for rows: an array, several, or several by name.

    Raises:
        ValueError: the model refuses the rows.
        TypeError: the rows are no numbers and no texts.
    """
    given = rows.to_numpy() if hasattr(rows, "columns") else rows
    answer = _run(lambda: native.predict(given, verbose=0))
    return tuple(answer) if isinstance(answer, list) else answer
