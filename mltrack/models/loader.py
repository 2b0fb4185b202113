"""Open a model's package and predict with it, without mltrack: this file travels in every package.

With those that it imports from mltrack, which travel within the same file, it needs the standard
library, numpy, and the framework of the model. mltrack itself shapes rows and talks to models in
other processes by what stands there, so that every way gives the same numbers; its own part finds
and names what does not fit more kindly, and asks for trust.
"""

import contextlib
import importlib
import os
import sys
import traceback
from collections.abc import Callable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any, BinaryIO, Protocol

from mltrack.models.canonical import PackageError
from mltrack.models.ending import end_with_other_side
from mltrack.models.messages import receive, send
from mltrack.models.package_files import CODE, Files, checked_files
from mltrack.models.shaping import answer_of, rows_for, rows_of


class Flavor(Protocol):
    """What a framework's part of this file does."""

    def load(self, files: Files, details: Mapping[str, Any]) -> Any:  # noqa: ANN401 - the framework's
        """Return the model as its framework knows it."""

    def predict(self, native: Any, rows: Any, method: str) -> Any:  # noqa: ANN401 - the framework's
        """Return one prediction a row."""


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
                f"{name} is loaded from {theirs}, and the one of the package is another"
            )
    if len(loaded) < len(names):
        sys.path.insert(0, str(folder))
        importlib.invalidate_caches()


def _file_of(module: Any) -> Path:  # noqa: ANN401 - a module
    """Return the file of a module, or the folder of a package."""
    folders = list(getattr(module, "__path__", ()))
    return Path(folders[0] if folders else str(getattr(module, "__file__", "")))


def _is_same_code(ours: Path, theirs: Path) -> bool:
    """Tell whether all that a package brings is there too: what is loaded later is taken there."""
    if ours.is_file():
        return theirs.is_file() and theirs.read_bytes() == ours.read_bytes()
    files = (path for path in ours.rglob("*") if path.is_file())
    pairs = ((path, theirs / path.relative_to(ours)) for path in files)
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


def serve(
    folder: Path,
    facts: Mapping[str, Any],
    flavor: Flavor,
    digest: str,
    modules: Callable[[], Mapping[str, Any]] | None = None,
) -> None:
    """Load a model and answer what standard input asks, until it ends.

    For the model's code standard input is empty, and its standard output goes to standard error.
    When nobody is on the other side any more it ends, even a busy model, with what it started.

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
    end_with_other_side(asked)
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
