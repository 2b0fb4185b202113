"""Open a model's package and predict with it: this file travels in every package, without mltrack.

It needs the standard library, numpy, and the framework of the model. mltrack itself shapes rows and
talks to models in other processes by what stands here, so that every way gives the same numbers.
`plain.py` and `canonical.py`, which travel within it, hold columns against the signature; mltrack's
own part finds and names what does not fit more kindly, and asks for trust.
"""

import base64
import contextlib
import hashlib
import importlib.util
import json
import os
import re
import sys
import tempfile
import traceback
from collections.abc import Callable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any, BinaryIO, Protocol

from mltrack.models.canonical import PackageError, canonical, tensor
from mltrack.models.plain import object_array, plain_of

__all__ = ["PackageError", "canonical", "object_array", "plain_of", "tensor"]
MANIFEST = "MANIFEST.sha256"
CODE = "code"
_LINE = re.compile(r"([0-9a-f]{64})  ([^\n\r\0]+)\Z")


class Files(Protocol):
    """The files of a package, each checked again as it is read."""

    folder: Path

    def read(self, path: str) -> bytes:
        """Return the bytes of one file."""

    def place(self, prefix: str) -> Path:
        """Return where a private copy of one file, or of all below a folder, lies."""


class Flavor(Protocol):
    """What a framework's part of this file does."""

    def load(self, files: Files, details: Mapping[str, Any]) -> Any:  # noqa: ANN401 - the framework's
        """Return the model as its framework knows it."""

    def predict(self, native: Any, rows: Any, method: str) -> Any:  # noqa: ANN401 - the framework's
        """Return one prediction a row."""


class PackageFiles:
    """The files of a package by its manifest; what the manifest does not name is not there."""

    def __init__(self, folder: Path, digests: Mapping[str, str]) -> None:
        self.folder = folder
        self._digests = digests

    def read(self, path: str) -> bytes:
        """Return the bytes of one file.

        Raises:
            PackageError: the manifest does not name it, or its bytes are other ones.
        """
        data = (self.folder / path).read_bytes() if path in self._digests else b""
        if hashlib.sha256(data).hexdigest() != self._digests.get(path):
            raise PackageError(f"{self.folder / path} is not what {MANIFEST} says")
        return data

    def place(self, prefix: str) -> Path:
        """Return where a private copy of one file, or of all below a folder, lies."""
        return placed(self, prefix, self._digests)


def placed(files: Files, prefix: str, paths: Sequence[str] | Mapping[str, str]) -> Path:
    """Copy checked files into a folder of this process alone, which goes away with it.

    Raises:
        FileNotFoundError: the package has no such file or folder.
    """
    import atexit
    import shutil

    top = Path(tempfile.mkdtemp(prefix="mltrack-model-"))
    atexit.register(shutil.rmtree, top, ignore_errors=True)
    found = [path for path in paths if path == prefix or path.startswith(f"{prefix}/")]
    if not found:
        raise FileNotFoundError(f"the package has no {prefix}")
    for path in found:
        (top / path).parent.mkdir(parents=True, exist_ok=True)
        (top / path).write_bytes(files.read(path))
    return top / prefix


def checked_files(folder: Path, digest: str = "") -> PackageFiles:
    """Return the files of a package once every one that its manifest names was checked.

    Args:
        folder: the package.
        digest: what the sha256 of the manifest must be; an empty text when nobody knows.

    Raises:
        PackageError: a byte is not what the manifest says, or the manifest not what was recorded.
    """
    data = (folder / MANIFEST).read_bytes()
    if digest and hashlib.sha256(data).hexdigest() != digest:
        raise PackageError(f"the model in {folder} is not the one that was recorded")
    lines = [_LINE.match(line) for line in data.decode().splitlines()]
    found = {match[2]: match[1] for match in lines if match}
    inside = all(".." not in Path(p).parts and not Path(p).is_absolute() for p in found)
    if len(found) != len(lines) or not inside:
        raise PackageError(f"{folder / MANIFEST} is no manifest of a model")
    files = PackageFiles(folder, found)
    for path in found:
        files.read(path)
    return files


def use_code(folder: Path, names: Sequence[str]) -> None:
    """Let modules of a package be imported from a private copy of them.

    Raises:
        PackageError: another module of such a name is loaded already.
    """
    loaded = [name for name in names if name in sys.modules]
    for name in loaded:
        ours = folder / name if (folder / name).is_dir() else folder / f"{name}.py"
        theirs = _file_of(sys.modules[name])
        if not _is_same_code(ours, theirs):
            raise PackageError(
                f"the module {name} is loaded from {theirs}, and the package has another one"
            )
    if len(loaded) < len(names):
        sys.path.insert(0, str(folder))
        importlib.invalidate_caches()


def _file_of(module: Any) -> Path:  # noqa: ANN401 - a module
    """Return the file of a module, or the folder of a package."""
    folders = list(getattr(module, "__path__", ()))
    return Path(folders[0] if folders else str(getattr(module, "__file__", "")))


def _is_same_code(ours: Path, theirs: Path) -> bool:
    if ours.is_file():
        return theirs.is_file() and theirs.read_bytes() == ours.read_bytes()
    pairs = ((path, theirs / path.relative_to(ours)) for path in ours.rglob("*.py"))
    return all(b.is_file() and a.read_bytes() == b.read_bytes() for a, b in pairs)


class Package:
    """A model that was loaded from its package."""

    def __init__(
        self, folder: Path, facts: Mapping[str, Any], flavor: Flavor, digest: str = ""
    ) -> None:
        files = checked_files(folder, digest)
        if facts["code"]:
            use_code(files.place(CODE), facts["code"])
        self.signature: Mapping[str, Any] | None = facts["signature"]
        self.native = flavor.load(files, facts["details"])
        self._flavor = flavor

    def predict(self, data: Any, method: str = "predict") -> Any:  # noqa: ANN401 - the framework's
        """Return one prediction a row, as the framework gives it.

        Args:
            data: a DataFrame, an array, columns by name, or a list of rows by name; without a
                signature, whatever the model takes.
            method: what the model is asked for, such as `predict_proba`.

        Raises:
            PackageError: a column is missing.
        """
        rows = data if self.signature is None else rows_for(self.signature, data)
        return self._flavor.predict(self.native, rows, method)


def rows_for(signature: Mapping[str, Any], data: Any) -> Any:  # noqa: ANN401 - the framework's
    """Return the rows that a signature describes, as a framework takes them."""
    layout, inputs = signature["rows"], signature["inputs"]
    columns = [
        _fitted(layout, column, values)
        for column, values in zip(inputs, _columns_in(layout, inputs, data), strict=True)
    ]
    return rows_of(layout, [column["name"] for column in inputs], columns)


def _fitted(layout: str, column: Mapping[str, Any], values: Any) -> Any:  # noqa: ANN401
    shape, nullable = tuple(column.get("shape", ())), column["nullable"]
    shaped = tensor if layout == "tensor" else canonical
    try:
        return shaped(values, column["type"], nullable=nullable, shape=shape)
    except PackageError as error:
        where = f"column {column['name']!r}, " if column["name"] else ""
        raise PackageError(f"{where}{error}") from None


def _columns_in(layout: str, inputs: Sequence[Mapping[str, Any]], data: Any) -> Sequence[Any]:  # noqa: ANN401
    """Return the columns that a model takes, found in what a user gave."""
    names = [column["name"] for column in inputs]
    if layout == "named" or (layout == "tensor" and names != [""]):
        if isinstance(data, list):
            data = {name: [row[name] for row in data if name in row] for name in names}
        lacking = [name for name in names if name not in data]
        if lacking:
            raise PackageError(f"the data lacks the columns {', '.join(lacking)}")
        return [data[name] for name in names]
    if layout == "tensor":
        return [data.to_numpy() if hasattr(data, "to_numpy") else data]
    if hasattr(data, "iloc") and hasattr(data, "columns"):
        columns = [data.iloc[:, position] for position in range(data.shape[1])]
    elif layout == "single":
        columns = [data]
    elif hasattr(data, "get_columns"):
        columns = data.get_columns()
    else:
        columns = list(zip(*data, strict=True)) if isinstance(data, list) else list(data.T)
    if len(columns) != len(names):
        raise PackageError(f"the model takes {len(names)} columns, not {len(columns)}")
    return columns


def rows_of(layout: str, names: Sequence[str], columns: Sequence[Any]) -> Any:  # noqa: ANN401
    """Return columns as the rows that a framework takes.

    `named` columns become a pandas DataFrame where pandas is installed, else an array of two
    dimensions, as those of `positions` do; `single` is one array; a `tensor` is one array, several
    are arrays by name.
    """
    import numpy as np

    if layout == "single" or (layout == "tensor" and list(names) == [""]):
        return columns[0]
    if layout == "tensor":
        return dict(zip(names, columns, strict=True))
    if layout == "named" and importlib.util.find_spec("pandas") is not None:
        import pandas as pd

        shaped = [values if values.ndim == 1 else list(values) for values in columns]
        return pd.DataFrame(dict(zip(names, shaped, strict=True)))
    arrays = [np.asarray(values) for values in columns]
    if all(array.dtype.kind in "biuf" for array in arrays):
        return arrays[0].base if _is_whole(arrays) else np.column_stack(arrays)
    return np.column_stack([array.astype(object) for array in arrays])


def _is_whole(columns: Sequence[Any]) -> bool:
    """Tell whether columns are, in order, those of one array, which need not be put together."""
    import numpy as np

    whole = columns[0].base
    if not isinstance(whole, np.ndarray) or whole.shape != (len(columns[0]), len(columns)):
        return False
    start, step = whole.ctypes.data, whole.itemsize
    places = [start + step * position for position in range(len(columns))]
    return bool(whole.flags.c_contiguous) and all(
        column.base is whole and column.ctypes.data == place and column.dtype == whole.dtype
        for column, place in zip(columns, places, strict=True)
    )


def answer_of(values: Any) -> tuple[list[str] | None, list[Any]]:  # noqa: ANN401 - the framework's
    """Return what a model gave as arrays whose first dimension is the rows, with names if any."""
    if hasattr(values, "columns") and hasattr(values, "iloc"):
        columns = [values.iloc[:, position] for position in range(values.shape[1])]
        return [str(name) for name in values.columns], [_answered(part) for part in columns]
    if hasattr(values, "get_columns"):
        values = dict(zip(values.columns, values.get_columns(), strict=True))
    if isinstance(values, Mapping):
        return [str(name) for name in values], [_answered(part) for part in values.values()]
    if isinstance(values, tuple):
        return None, [_answered(part) for part in values]
    return None, [_answered(values)]


def _answered(values: Any) -> Any:  # noqa: ANN401 - the framework's
    """Return what a model gave in one piece, with texts among objects and NaN where one is missing.

    Lists of several lengths stay lists.
    """
    import numpy as np

    if isinstance(values, list):
        try:
            values = np.asarray(values)
        except ValueError:
            values = object_array(values)
    found = plain_of(values) if hasattr(values, "dtype") else plain_of(np.asarray(values))
    return found.filled()


# What a model in a process of its own is told, and answers: a line of JSON, then arrays.


def send(stream: BinaryIO, told: Mapping[str, Any], arrays: Sequence[Any] = ()) -> None:
    """Write one message: a line of JSON and the bytes of arrays."""
    import numpy as np

    heads, bodies = [], []
    for array in arrays:
        if array.dtype.kind in "OUST":
            body = json.dumps(array.reshape(-1).tolist(), default=_plain).encode()
            heads.append({"bytes": len(body), "shape": array.shape})
        else:
            body = np.ascontiguousarray(array).tobytes()
            heads.append({"bytes": len(body), "dtype": array.dtype.str, "shape": array.shape})
        bodies.append(body)
    stream.write(json.dumps({**told, "arrays": heads}).encode() + b"\n")
    for body in bodies:
        stream.write(body)
    stream.flush()


def _plain(value: Any) -> Any:  # noqa: ANN401 - what JSON has no word for
    if isinstance(value, bytes):
        return {"base64": base64.b64encode(value).decode()}
    if hasattr(value, "tolist"):
        return value.tolist()
    return None if type(value).__name__ in {"NAType", "NaTType"} else str(value)


def receive(stream: BinaryIO) -> tuple[dict[str, Any], list[Any]] | None:
    """Return the next message and its arrays; None when there is no more.

    Raises:
        EOFError: the other side ended within a message.
    """
    import numpy as np

    line = stream.readline()
    if not line:
        return None
    told = json.loads(line)
    arrays = []
    for head in told.pop("arrays"):
        body = stream.read(head["bytes"])
        if len(body) != head["bytes"]:
            raise EOFError("the message ends too soon")
        if "dtype" in head:
            arrays.append(np.frombuffer(bytearray(body), head["dtype"]).reshape(head["shape"]))
        else:
            values = json.loads(body, object_hook=_bytes)
            objects = [float("nan") if value is None else value for value in values]
            arrays.append(object_array(objects).reshape(head["shape"]))
    return told, arrays


def _bytes(found: dict[str, Any]) -> Any:  # noqa: ANN401 - what JSON has no word for
    return base64.b64decode(found["base64"]) if list(found) == ["base64"] else found


def serve(
    folder: Path,
    facts: Mapping[str, Any],
    flavor: Flavor,
    digest: str,
    modules: Callable[[], Mapping[str, Any]] | None = None,
) -> None:
    """Load a model and answer what standard input asks, until it ends.

    For the model's code standard input is empty, and its standard output goes to standard error.

    Args:
        folder: the package.
        facts: what the package says of itself.
        flavor: how it is loaded.
        digest: the digest that it must have.
        modules: returns what is told of the loaded modules; the file of each when left out.
    """
    asked, answers = os.fdopen(os.dup(0), "rb"), os.fdopen(os.dup(1), "wb")
    os.dup2(os.open(os.devnull, os.O_RDONLY), 0)
    os.dup2(2, 1)
    with _said(answers):
        package = Package(folder, facts, flavor, digest)
        send(answers, {"ready": True})
        while message := receive(asked):
            told, arrays = message
            if told["do"] == "modules":
                send(answers, {"modules": (modules or _modules)()})
                continue
            with _said(answers):
                names, columns = told["names"], arrays
                rows = rows_of(told["rows"], names, columns)
                answer, values = answer_of(flavor.predict(package.native, rows, told["method"]))
                send(answers, {"names": answer}, values)


@contextlib.contextmanager
def _said(answers: BinaryIO) -> Iterator[None]:
    """Send what went wrong instead of an answer."""
    try:
        yield
    except Exception as error:  # noqa: BLE001 - whatever it is, the other side is told
        told = {"error": f"{error}", "kind": type(error).__name__, "of": _base(error)}
        module = getattr(error, "name", None) if isinstance(error, ImportError) else None
        send(answers, {**told, "module": module, "traceback": traceback.format_exc()})


def _base(error: Exception) -> str:
    """Return which of the plain errors one is, for those who only know these."""
    for kind in (ModuleNotFoundError, ImportError, PackageError, TypeError, ValueError):
        if isinstance(error, kind):
            return kind.__name__
    return "Exception"


def _modules() -> dict[str, str]:
    """Return the file of every module that is loaded."""
    found = {name: getattr(module, "__file__", None) for name, module in sys.modules.items()}
    return {name: str(file) for name, file in found.items() if file}


class PythonFunction:
    """The model as MLflow's `python_function` has it."""

    def __init__(self, package: Package) -> None:
        self.package = package

    def predict(self, model_input: Any, params: Mapping[str, Any] | None = None) -> Any:  # noqa: ANN401
        """Return one prediction a row."""
        return self.package.predict(model_input, str((params or {}).get("method", "predict")))
