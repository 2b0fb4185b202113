"""Any Python class or function, as code first: loading one runs code of the package.

A function, or an instance of a class, travels with the module that it is imported from. The state
of an instance is what its class's own `save(folder)` wrote for its `load(folder)`, else its
attributes as JSON. A `model.py` travels as it is. A pickle is written on request alone.
"""

import importlib
import importlib.util
import inspect
import json
import sys
import traceback
from collections.abc import Callable, Mapping
from operator import attrgetter
from pathlib import Path
from types import ModuleType
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from mltrack.models.code import Place
    from mltrack.models.entities import Described, Wishes
    from mltrack.models.loader import Files

NAME = "python"
EXTRA = ""
FILE = "data/model.py"
_ARTIFACTS = "data/artifacts"
_STATE = "data/state"
_ATTRIBUTES = "data/state.json"
_PICKLE = "data/model.pkl"
_METHODS = ("predict", "predict_proba", "decision_function", "transform")
_FROM_FILE = "mltrack_model_"
_PLAIN = (str, int, float, bool, type(None))


def detect(model: object) -> bool:
    """Tell whether a model is a Python file, a function, or can be called or asked to predict."""
    if isinstance(model, Path):
        return model.suffix == ".py"
    return not isinstance(model, type) and (callable(model) or hasattr(model, "predict"))


def describe(model: object) -> "Described":
    """Return what the model can be asked for; what it takes, only its user knows."""
    from mltrack.models.entities import Described

    further = tuple(name for name in _METHODS[1:] if callable(getattr(model, name, None)))
    return Described(methods=("predict", *(() if isinstance(model, Path) else further)))


def save(model: object, folder: Path, wishes: "Wishes") -> dict[str, Any]:
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
    import shutil

    from mltrack.models import artifacts as kept

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
    import ast

    from mltrack.errors import UsageError

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
    from mltrack.errors import UsageError
    from mltrack.models import code, installed, pickles

    try:
        place: Place | None = code.place_of(type(model) if _is_instance(model) else model)
    except UsageError:
        place = None  # it travels within the pickle
    brought = code.bring(place.module, folder) if place else ()
    (folder / _PICKLE).parent.mkdir(parents=True, exist_ok=True)
    pickles.dump(model, folder / _PICKLE)
    needed = code.distributions_of(place.module) if place and not brought else []
    versions = {name: installed.version_of(name) for name in ["cloudpickle", *needed]}
    return {"kind": "pickle", "file": _PICKLE, "versions": versions}


def _save_function(model: object, folder: Path) -> dict[str, Any]:
    from mltrack.models import code

    return {"kind": "function", **_with_code(code.place_of(model), folder)}


def _with_code(place: "Place", folder: Path) -> dict[str, Any]:
    """Bring a module, or name the distribution that has it."""
    from mltrack.models import code, installed

    brought = code.bring(place.module, folder)
    needed = [] if brought else code.distributions_of(place.module)
    return {
        "module": place.module,
        "name": place.name,
        "versions": {name: installed.version_of(name) for name in needed},
    }


def _save_instance(model: Any, folder: Path) -> dict[str, Any]:  # noqa: ANN401 - any object
    from mltrack.models import code

    kind = type(model)
    details = _with_code(code.place_of(kind), folder)
    if hasattr(kind, "save") and hasattr(kind, "load"):
        _refuse_load_that_needs_arguments(kind)
        (folder / _STATE).mkdir(parents=True)
        model.save(folder / _STATE)
        return {"kind": "instance", **details}
    attributes = _plain_attributes(model)
    (folder / _ATTRIBUTES).parent.mkdir(parents=True, exist_ok=True)
    text = json.dumps(attributes, indent=1)
    (folder / _ATTRIBUTES).write_text(f"{text}\n", encoding="utf-8")
    return {"kind": "instance", **details, "file": _ATTRIBUTES}


def _refuse_load_that_needs_arguments(kind: type) -> None:
    from mltrack.errors import UsageError
    from mltrack.models import code

    needed = [] if _makes_itself(kind) else code.needed_arguments(kind)
    if needed:
        raise UsageError(
            f"a {kind.__name__} cannot be made before its load(folder) is called",
            why=f"its __init__ needs {', '.join(needed)}",
            fix="make load a classmethod that returns a new one",
        )


def _plain_attributes(model: object) -> dict[str, Any]:
    """Return the attributes of an instance, all of which JSON can give back as they are."""
    from mltrack.errors import UsageError

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


def _odd_values(value: Any, where: str) -> Any:  # noqa: ANN401 - any value
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


def requirements(details: Mapping[str, Any]) -> list[str]:
    """Return the distributions that loading needs."""
    return ["numpy", *details.get("versions", {})]


def what_runs(details: Mapping[str, Any]) -> str:
    """Say which code loading runs: this flavour has no other way."""
    kind, module, name = (details.get(key) for key in ("kind", "module", "name"))
    if kind == "pickle":
        return f"Python object, {details.get('file')}, a pickle"
    if kind == "file":
        return f"Python model, {details.get('file')}"
    return f"Python {'function' if kind == 'function' else 'object'}, {module}.{name}"


def mlflow(details: Mapping[str, Any]) -> dict[str, dict[str, Any]]:  # noqa: ARG001
    """Return nothing: MLflow loads it as a python function."""
    return {}


def load(files: "Files", details: Mapping[str, Any]) -> Any:  # noqa: ANN401 - any object
    """Return the function or the object. This runs code of the package.

    Raises:
        ValueError: that code raised an error.
    """
    kind = details["kind"]
    if kind == "file":
        return _load_file(files, details)
    if kind == "pickle":
        import pickle

        data = files.read(details["file"])
        return _run("reading the pickle", pickle.loads, data)  # digest and trust are checked
    module = _run("importing it", importlib.import_module, details["module"])
    found = attrgetter(details["name"])(module)
    return found if kind == "function" else _load_instance(files, details, found)


def _load_file(files: "Files", details: Mapping[str, Any]) -> Any:  # noqa: ANN401 - any object
    import hashlib

    digest = hashlib.sha256(files.read(details["file"])).hexdigest()[:8]
    path = files.place("data") / Path(details["file"]).name
    spec = importlib.util.spec_from_file_location(f"{_FROM_FILE}{digest}", path)
    assert spec is not None  # noqa: S101 - a .py file has a loader
    assert spec.loader is not None  # noqa: S101 - as above
    module = importlib.util.module_from_spec(spec)
    sys.modules[module.__name__] = module
    _run("importing it", spec.loader.exec_module, module)
    if not hasattr(module, "Model"):
        return module.predict
    return _made_and_loaded(module.Model, path.parent / Path(_ARTIFACTS).name)


def _load_instance(files: "Files", details: Mapping[str, Any], kind: type) -> Any:  # noqa: ANN401
    if "file" not in details:
        return _made_and_loaded(kind, files.place(_STATE))
    made: Any = object.__new__(kind)
    made.__dict__.update(json.loads(files.read(details["file"])))
    return made


def _made_and_loaded(kind: Any, folder: Path) -> Any:  # noqa: ANN401 - a class of the user
    """Return an object whose class was told where its files are, if it wants to know."""
    folder.mkdir(parents=True, exist_ok=True)
    if _makes_itself(kind):
        return _run(f"{kind.__name__}.load", kind.load, folder)
    made = _run(f"{kind.__name__}()", kind)
    if hasattr(made, "load"):
        _run(f"{kind.__name__}.load", made.load, folder)
    return made


def _makes_itself(kind: type) -> bool:
    """Tell whether `load` of a class returns a new object."""
    return isinstance(inspect.getattr_static(kind, "load", None), classmethod | staticmethod)


def _run(what: str, function: Callable[..., Any], *arguments: object) -> Any:  # noqa: ANN401
    """Call code of the user; what it raises is said with its file and line."""
    try:
        return function(*arguments)
    except ImportError:
        raise
    except (Exception, SystemExit) as error:
        last = traceback.extract_tb(error.__traceback__)[-1]
        where = f"{Path(last.filename).name}:{last.lineno}"
        raise ValueError(f"{what}, {where}: {type(error).__name__}: {error}") from error


def predict(native: Any, rows: Any, method: str) -> Any:  # noqa: ANN401 - any object
    """Return what the model gives for rows.

    Raises:
        ValueError: its code raised an error.
        TypeError: it gave nothing.
    """
    ask = native if method == "predict" and not hasattr(native, method) else getattr(native, method)
    given = _run(method, ask, rows)
    if given is None:
        raise TypeError(f"{method} gave nothing; it must return one prediction a row")
    return given
