"""Write `.keras` files so that the same model gives the same bytes."""

import io
import json
import tempfile
import zipfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from mltrack.errors import UsageError
from mltrack.models import installed
from mltrack.models.code import places
from mltrack.models.code.places import Place
from mltrack.models.entities import Wishes

_CONFIG, _METADATA, _WEIGHTS = "config.json", "metadata.json", "model.weights.h5"
_NO_TIME = (1980, 1, 1, 0, 0, 0)
_OF_KERAS = ("keras", "builtins")


def write(model: Any, folder: Path, file: Path, wishes: Wishes) -> dict[str, Any]:  # noqa: ANN401
    """Write a model, bring the code of its classes, and return what loading needs to know.

    Raises:
        UsageError: it has no weights yet, or holds code that cannot travel.
    """
    import keras

    if wishes.format not in {"", "keras"}:
        raise UsageError(
            f"Keras models are not written as {wishes.format!r}",
            fix="leave format out; for a SavedModel give flavor='tensorflow'",
        )
    _refuse_unbuilt(model)
    parts = _parts_of(model)
    config = json.loads(parts[_CONFIG])
    objects = _objects_in(config, type(model).__name__)
    for place in objects.values():
        places.bring(place.module, folder)
    parts[_CONFIG] = _text(_canonical(config, {}))
    parts[_METADATA] = _text({"keras_version": keras.__version__})
    parts[_WEIGHTS] = _for_predicting(parts[_WEIGHTS])
    _pack(parts, file)
    backend = keras.backend.backend()
    further = [place.module for place in objects.values()]
    names = {"keras", *_distributions(backend, *further)}
    return {
        "backend": backend,
        "objects": {name: place._asdict() for name, place in sorted(objects.items())},
        "versions": {name: installed.version_of(name) for name in sorted(names)},
    }


def _refuse_unbuilt(model: Any) -> None:  # noqa: ANN401 - Keras's
    if not model.built:
        raise UsageError(
            f"the {type(model).__name__} has no weights yet",
            why="it does not know the shape of its rows",
            fix="fit it, or call it on some rows, before saving it",
        )


def _parts_of(model: Any) -> dict[str, bytes]:  # noqa: ANN401 - Keras's
    """Return what Keras itself writes into a `.keras` file."""
    with tempfile.TemporaryDirectory(prefix="mltrack-keras-") as scratch:
        path = Path(scratch) / "model.keras"
        try:
            model.save(path)
        except (NotImplementedError, TypeError, ValueError) as error:
            raise UsageError(
                f"the {type(model).__name__} cannot be saved by Keras: {error}",
                fix="give its class a get_config that returns the arguments of its __init__",
            ) from error
        with zipfile.ZipFile(path) as archive:
            return {name: archive.read(name) for name in archive.namelist()}


def _objects_in(config: Any, kind: str) -> dict[str, Place]:  # noqa: ANN401 - any JSON
    """Return where the classes and functions that are not Keras's own come from, by their names.

    Raises:
        UsageError: one of them is a lambda, or cannot be imported.
    """
    import keras

    found: dict[str, Place] = {}
    for part in _dicts_in(config):
        module, name = part.get("module"), part.get("class_name")
        if name == "__lambda__":
            raise UsageError(
                f"a Lambda layer of the {kind} holds Python code",
                why="Keras would have to run code of the file when it loads it",
                fix="write it as a class in a module of your project",
            )
        if name == "function":
            custom = _custom_function(part)
            if custom is not None:
                found[str(part["config"])] = places.place_of(custom)
        elif isinstance(module, str) and module.partition(".")[0] not in _OF_KERAS:
            registered = str(part.get("registered_name") or name)
            custom = keras.saving.get_registered_object(registered)
            found[registered] = places.place_of(custom or _named(module, str(name)))
    return found


def _custom_function(part: dict[str, Any]) -> Any:  # noqa: ANN401 - a function of the user
    import keras

    return keras.saving.get_registered_object(str(part["config"]))


def _named(module: str, name: str) -> Any:  # noqa: ANN401 - a class of the user
    import sys

    found = getattr(sys.modules.get(module), name, None)
    if found is None:
        raise UsageError(
            f"the class {name} of the model cannot be found in {module}",
            fix="move it to the top level of a module of your project",
        )
    return found


def _dicts_in(plain: Any) -> Iterator[dict[str, Any]]:  # noqa: ANN401 - any JSON
    if isinstance(plain, dict):
        yield plain
    for part in plain.values() if isinstance(plain, dict) else plain:
        if isinstance(part, dict | list):
            yield from _dicts_in(part)


def _canonical(plain: Any, numbers: dict[int, int]) -> Any:  # noqa: ANN401 - any JSON
    """Return a config without what training needs, and with numbers for addresses in memory.

    That two layers share a type of numbers is not kept: it is a value, made again for each.
    """
    if isinstance(plain, list):
        return [_canonical(part, numbers) for part in plain]
    if not isinstance(plain, dict):
        return plain
    kept = {key: value for key, value in plain.items() if key != "compile_config"}
    address = kept.pop("shared_object_id", None)
    if address is not None and not str(kept.get("class_name")).endswith("DTypePolicy"):
        kept["shared_object_id"] = numbers.setdefault(address, len(numbers) + 1)
    return {key: _canonical(value, numbers) for key, value in kept.items()}


def _text(plain: Any) -> bytes:  # noqa: ANN401 - any JSON
    return json.dumps(plain).encode()


def _for_predicting(weights: bytes) -> bytes:
    """Return the weights without the state of the optimizer, in a file without gaps."""
    import h5py

    stored = io.BytesIO()
    with h5py.File(io.BytesIO(weights), "r") as old, h5py.File(stored, "w") as new:
        for name in sorted(set(old) - {"optimizer"}):
            old.copy(name, new)
        for name in sorted(old.attrs):
            new.attrs[name] = old.attrs[name]
    return stored.getvalue()


def _pack(parts: dict[str, bytes], file: Path) -> None:
    with zipfile.ZipFile(file, "w") as archive:
        for name in sorted(parts):
            archive.writestr(zipfile.ZipInfo(name, _NO_TIME), parts[name])


def _distributions(*modules: str) -> list[str]:
    return [name for module in modules for name in places.distributions_of(module)]
