"""Write Python functions and objects: the code that travels, and the state beside it."""

import ast
import inspect
import json
import shutil
import sys
from collections.abc import Iterator, Mapping
from pathlib import Path
from types import ModuleType
from typing import Any

from mltrack.errors import UsageError
from mltrack.models import artifacts as kept
from mltrack.models import installed, pickles
from mltrack.models.code import places
from mltrack.models.code.places import Place
from mltrack.models.entities import Wishes

FILE = "data/model.py"
_ARTIFACTS = "data/artifacts"
_STATE = "data/state"
_ATTRIBUTES = "data/state.json"
_PICKLE = "data/model.pkl"
_FROM_FILE = "mltrack_model_"
_PLAIN = (str, int, float, bool, type(None))


def written(model: object, folder: Path, wishes: Wishes) -> dict[str, Any]:
    """Write a model as code and state.

    Raises:
        UsageError: its code or its state cannot travel, or it is no model.
    """
    home = sys.modules.get(type(model).__module__ if _is_instance(model) else _module_of(model))
    if isinstance(model, Path):
        return _save_file(model, folder, wishes.artifacts)
    if home is not None and home.__name__.startswith(_FROM_FILE):
        return _save_file_again(home, folder)
    if wishes.pickle:
        return _save_pickle(model, folder)
    return _save_instance(model, folder) if _is_instance(model) else _save_function(model, folder)


def _is_instance(model: object) -> bool:
    """Tell whether a model is an object of a class, and nothing with a name of its own."""
    return not hasattr(model, "__qualname__")


def _module_of(model: object) -> str:
    return str(getattr(model, "__module__", ""))


def _save_file(path: Path, folder: Path, artifacts: Mapping[str, Any]) -> dict[str, Any]:
    source = _source_with_model(path)
    (folder / FILE).parent.mkdir(parents=True, exist_ok=True)
    (folder / FILE).write_bytes(source)
    for name, found in kept.checked(artifacts):
        target = folder / _ARTIFACTS / name
        target.parent.mkdir(parents=True, exist_ok=True)
        (shutil.copytree if found.is_dir() else shutil.copyfile)(found, target)
    return {"kind": "file", "file": FILE}


def _source_with_model(path: Path) -> bytes:
    """Return the bytes of a file that says `def predict(rows)` or `class Model`."""
    try:
        source = path.read_bytes()
        tree = ast.parse(source)
    except (OSError, SyntaxError, ValueError) as error:
        raise UsageError(f"{path} cannot be read as Python: {error}") from error
    functions = [n.name for n in tree.body if isinstance(n, ast.FunctionDef)]
    classes = [node for node in tree.body if isinstance(node, ast.ClassDef)]
    if "predict" not in functions and "Model" not in [node.name for node in classes]:
        raise UsageError(
            f"{path} holds no model",
            why="it has neither a function predict(rows) nor a class Model",
            fix="write one of the two at the top level of the file",
        )
    return source


def _save_file_again(home: ModuleType, folder: Path) -> dict[str, Any]:
    """Save what was loaded from such a file: the file and the artifacts beside it are there."""
    path = Path(str(home.__file__))
    artifacts = path.parent / Path(_ARTIFACTS).name
    found = sorted(artifacts.iterdir()) if artifacts.is_dir() else []
    return _save_file(path, folder, {file.name: file for file in found})


def _save_pickle(model: object, folder: Path) -> dict[str, Any]:
    try:
        place: Place | None = places.place_of(type(model) if _is_instance(model) else model)
    except UsageError:
        place = None  # it travels within the pickle
    if place:
        places.bring(place.module, folder)
    (folder / _PICKLE).parent.mkdir(parents=True, exist_ok=True)
    pickles.dump(model, folder / _PICKLE)
    needed = places.distributions_of(place.module) if place else []
    versions = {name: installed.version_of(name) for name in ["cloudpickle", *needed]}
    return {"kind": "pickle", "file": _PICKLE, "versions": versions}


def _save_function(model: object, folder: Path) -> dict[str, Any]:
    return {"kind": "function", **_with_code(places.place_of(model), folder)}


def _with_code(place: Place, folder: Path) -> dict[str, Any]:
    """Bring a module, or name the distribution that has it."""
    places.bring(place.module, folder)
    needed = places.distributions_of(place.module)
    return {
        "module": place.module,
        "name": place.name,
        "versions": {name: installed.version_of(name) for name in needed},
    }


def _save_instance(model: Any, folder: Path) -> dict[str, Any]:  # noqa: ANN401 - any object
    kind = type(model)
    details = _with_code(places.place_of(kind), folder)
    if hasattr(kind, "save") and hasattr(kind, "load"):
        _refuse_load_that_needs_arguments(kind)
        (folder / _STATE).mkdir(parents=True)
        model.save(folder / _STATE)
        return {"kind": "instance", **details, "files": any((folder / _STATE).iterdir())}
    attributes = _plain_attributes(model)
    (folder / _ATTRIBUTES).parent.mkdir(parents=True, exist_ok=True)
    text = json.dumps(attributes, indent=1)
    (folder / _ATTRIBUTES).write_text(f"{text}\n", encoding="utf-8")
    return {"kind": "instance", **details, "file": _ATTRIBUTES}


def _refuse_load_that_needs_arguments(kind: type) -> None:
    load = inspect.getattr_static(kind, "load")
    made_by_load = isinstance(load, classmethod | staticmethod)
    needed = [] if made_by_load else places.needed_arguments(kind)
    if needed:
        raise UsageError(
            f"a {kind.__name__} cannot be made before its load(folder) is called",
            why=f"its __init__ needs {', '.join(needed)}",
            fix="make load a classmethod that returns a new one",
        )


def _plain_attributes(model: object) -> dict[str, Any]:
    """Return the attributes of an instance, all of which JSON can give back as they are."""
    kind = type(model).__name__
    attributes = getattr(model, "__dict__", None)
    odd = next(_odd_values(attributes or {}, ""), None)
    if attributes is not None and odd is None:
        return dict(attributes)
    raise UsageError(
        f"the state of the {kind} cannot be saved as JSON",
        why=f"{odd}" if odd else "it has no __dict__",
        fix=f"give {kind} the methods save(folder) and load(folder), or give pickle=True",
    )


def _odd_values(value: Any, where: str) -> Iterator[str]:  # noqa: ANN401 - any value
    """Yield what JSON would not give back as it is, and where it stands."""
    if type(value) is dict:
        for key, part in value.items():
            if type(key) is not str:
                yield f"{where} has a key that is no text: {key!r}"
            else:
                yield from _odd_values(part, f"{where}.{key}" if where else key)
    elif type(value) is list:
        for position, part in enumerate(value):
            yield from _odd_values(part, f"{where}[{position}]")
    elif type(value) not in _PLAIN:
        yield f"{where} is a {type(value).__module__}.{type(value).__qualname__}"
