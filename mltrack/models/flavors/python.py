"""Any Python class or function, as code first: loading one runs code of the package.

A function, or an instance of a class, travels with the module that it is imported from. The state
of an instance is what its class's own `save(folder)` wrote for its `load(folder)`, else its
attributes as JSON. A `model.py` travels as it is. A pickle is written on request alone.
"""

import dataclasses
import importlib
import importlib.util
import inspect
import json
import sys
import traceback
import typing
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from operator import attrgetter
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from mltrack.models.entities import Described, Wishes
    from mltrack.models.package_files import Files

NAME = "python"
EXTRA = ""
_ARTIFACTS = "data/artifacts"
_STATE = "data/state"
_LISTS = (list, Sequence, Iterable, Collection)
_METHODS = ("predict", "predict_proba", "decision_function", "transform")
_FROM_FILE = "mltrack_model_"
_OUR_EXIT = "_noting_exit"
"""What stands for `sys.exit` in a program that tracks a run: it is no code of the user."""


def detect(model: object) -> bool:
    """Tell whether a model is a Python file, a function, or can be called or asked to predict."""
    if isinstance(model, Path):
        return model.suffix == ".py"
    return not isinstance(model, type) and (callable(model) or hasattr(model, "predict"))


def describe(model: object) -> "Described":
    """Return what the model can be asked for, and what it takes as far as type hints tell."""
    from mltrack.models.entities import Described
    from mltrack.models.signature.hints import from_hints

    if isinstance(model, Path):
        return Described()
    further = tuple(name for name in _METHODS[1:] if callable(getattr(model, name, None)))
    return Described(signature=from_hints(_asked(model)), methods=("predict", *further))


def save(model: object, folder: Path, wishes: "Wishes") -> dict[str, Any]:
    """Write a model as code and state.

    Raises:
        UsageError: its code or its state cannot travel, or it is no model.
    """
    from mltrack.models import python_saving

    return python_saving.written(model, folder, wishes)


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
        return _made_and_loaded(kind, files.place(_STATE) if details["files"] else _nothing())
    made: Any = object.__new__(kind)
    made.__dict__.update(json.loads(files.read(details["file"])))
    return made


def _nothing() -> Path:
    """Return an empty folder."""
    import tempfile

    return Path(tempfile.mkdtemp(prefix="mltrack-model-"))


def _made_and_loaded(kind: Any, folder: Path) -> Any:  # noqa: ANN401 - a class of the user
    """Return an object whose class was told where its files are, if it wants to know."""
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
        frames = traceback.extract_tb(error.__traceback__)
        last = [frame for frame in frames if frame.name != _OUR_EXIT][-1]
        where = f"{Path(last.filename).name}:{last.lineno}"
        raise ValueError(f"{what}, {where}: {type(error).__name__}: {error}") from error


def predict(native: Any, rows: Any, method: str) -> Any:  # noqa: ANN401 - any object
    """Return what the model gives for rows.

    Raises:
        ValueError: its code raised an error.
        TypeError: it gave nothing.
    """
    ask = _asked(native, method)
    given = _run(method, ask, _run(method, _as_hinted, ask, rows))
    if given is None:
        raise TypeError(f"{method} gave nothing; it must return one prediction a row")
    return given


def _asked(native: Any, method: str = "predict") -> Callable[..., Any]:  # noqa: ANN401
    """Return what is called: the method, or the object itself where it has no `predict`."""
    is_itself = method == "predict" and not hasattr(native, method)
    found: Callable[..., Any] = native if is_itself else getattr(native, method)
    return found


def _as_hinted(ask: Callable[..., Any], rows: Any) -> Any:  # noqa: ANN401 - any rows
    """Return rows as a list of what the hint of the first parameter says, if it says a list."""
    kind = _hint_of_rows(ask)
    if typing.get_origin(kind) not in _LISTS:
        return rows
    (row,) = typing.get_args(kind)[:1] or (dict,)
    if hasattr(rows, "columns"):
        return _rows_by_name(rows, row)
    if not hasattr(rows, "tolist"):
        return rows
    are_arrays = getattr(typing.get_origin(row) or row, "__name__", "") == "ndarray"
    return list(rows) if are_arrays else _cells(rows.tolist(), row)


def _hint_of_rows(ask: Callable[..., Any]) -> Any:  # noqa: ANN401 - a hint
    try:
        first = next(iter(inspect.signature(ask).parameters), "")
    except (TypeError, ValueError):
        return None
    return _hints_of(ask if inspect.isroutine(ask) else type(ask).__call__).get(first)


def _hints_of(thing: Any) -> dict[str, Any]:  # noqa: ANN401 - a function or a class
    """Return hints; none where a name in them is not there while it runs."""
    try:
        return typing.get_type_hints(thing)
    except (AttributeError, NameError, SyntaxError, TypeError):
        return {}


def _rows_by_name(frame: Any, row: Any) -> list[Any]:  # noqa: ANN401 - a DataFrame and a hint
    """Return mappings, or objects of the class that a hint names."""
    hints = _hints_of(row)
    names = [str(name) for name in frame.columns]
    columns = [
        _cells(frame.iloc[:, place].tolist(), hints.get(name)) for place, name in enumerate(names)
    ]
    made = [dict(zip(names, values, strict=True)) for values in zip(*columns, strict=True)]
    is_made = dataclasses.is_dataclass(row) or hasattr(row, "_fields")
    return [row(**values) for values in made] if is_made else made


def _cells(values: list[Any], hint: Any) -> list[Any]:  # noqa: ANN401 - a hint
    """Return values as a hint with None says them: None for NaN, and whole numbers beside it."""
    inside = typing.get_args(hint)
    if type(None) not in inside:
        return values
    made = int if int in inside and float not in inside else _as_it_is
    return [None if value is None or _is_missing(value) else made(value) for value in values]


def _as_it_is(value: Any) -> Any:  # noqa: ANN401 - any value
    return value


def _is_missing(value: Any) -> bool:  # noqa: ANN401 - any value
    """Tell whether a value is NaN or NaT: these alone differ from themselves."""
    return not hasattr(value, "__len__") and bool(value != value)  # noqa: PLR0124
