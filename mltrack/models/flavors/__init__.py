"""The frameworks whose models can be packaged: each flavour is one module with the same functions.

    NAME, EXTRA                            its name; mltrack's extra for its framework, or ""
    detect(model) -> bool                  whether the model is its own; imports no framework
    save(model, folder, wishes) -> details writes below folder/data/; the same model, the same bytes
    describe(model) -> Described           what the model itself knows: inputs, task, methods
    requirements(details) -> [names]       the distributions that loading needs
    what_runs(details) -> str              which code loading runs, whatever the package says; "" is
                                           none, and the text ends in "a pickle" where that is one
    mlflow(details) -> facts               what MLmodel says of MLflow's own flavour, by its name
    load(files, details) -> model          reads only through `files`, which checks every byte
    predict(model, rows, method) -> values one value a row, or a row of them

A flavour's file travels in every package that it saves, where there is no mltrack: at its top it
imports the standard library alone, and `load` and `predict` need nothing but their framework.
They raise what Python raises: ImportError for what is missing, TypeError and ValueError for rows
or files that do not fit. The other functions may import from mltrack, within.

To add one: write the module, add it to `_FLAVORS`, or name it in the entry point group
`mltrack.flavors` of your own distribution; ours are asked before others. Each of our own
has examples in `tests/models/frameworks/`, and `tests/models/test_flavor_contract.py` holds it.
"""

import functools
import importlib
from collections.abc import Mapping
from pathlib import Path
from typing import Any, Protocol

from mltrack.errors import IntegrityError, MltrackError, UsageError, nearest
from mltrack.models.entities import Described, Wishes
from mltrack.models.package_files import Files

GROUP = "mltrack.flavors"
_FLAVORS = ("xgboost", "lightgbm", "onnx", "sklearn", "keras", "pytorch", "tensorflow")
"""In the order in which they are asked whether a model is theirs."""
_LAST = ("python",)
"""Asked when no other wants the model, those of other distributions included."""


class Flavor(Protocol):
    """The functions of a flavour's module."""

    NAME: str
    EXTRA: str

    def detect(self, model: object) -> bool:
        """Tell whether the model is of this framework."""

    def save(self, model: object, folder: Path, wishes: Wishes) -> dict[str, Any]:
        """Write the model below `folder` and return what loading needs to know."""

    def describe(self, model: object) -> Described:
        """Return what the model itself knows of its inputs and of what it can be asked."""

    def requirements(self, details: Mapping[str, Any]) -> list[str]:
        """Return the distributions that loading needs."""

    def what_runs(self, details: Mapping[str, Any]) -> str:
        """Say which code loading runs; an empty text says none."""

    def mlflow(self, details: Mapping[str, Any]) -> dict[str, dict[str, Any]]:
        """Return what MLflow's own flavours need to know, by their names."""

    def load(self, files: Files, details: Mapping[str, Any]) -> Any:  # noqa: ANN401 - the framework's
        """Return the model as its framework knows it."""

    def predict(self, native: Any, rows: Any, method: str) -> Any:  # noqa: ANN401 - the framework's
        """Return one prediction a row."""


def names() -> tuple[str, ...]:
    """Return the flavours there are, in the order in which they are asked."""
    foreign = (name for name in _foreign() if name not in _FLAVORS + _LAST)
    return (*_FLAVORS, *foreign, *_LAST)


@functools.cache
def _foreign() -> dict[str, Any]:
    from importlib.metadata import entry_points

    return {point.name: point for point in entry_points(group=GROUP)}


def named(name: str) -> Flavor:
    """Return the flavour of this name.

    Raises:
        IntegrityError: this mltrack has none.
    """
    module: Any
    if name in _FLAVORS + _LAST:
        module = importlib.import_module(f"{__name__}.{name}")
    elif name in _foreign():
        module = _loaded(_foreign()[name])
    else:
        raise IntegrityError(
            f"this mltrack knows no flavour {name!r}",
            why=f"it knows {', '.join(names())}",
            fix="pip install --upgrade mltrack-local, or install what brings the flavour",
        )
    flavor: Flavor = module
    return flavor


def _loaded(point: Any) -> Any:  # noqa: ANN401 - a module
    """Return what an entry point names.

    Raises:
        MltrackError: it cannot be imported, and whose it is.
    """
    try:
        return point.load()
    except Exception as error:
        raise MltrackError(
            f"the flavour {point.name} cannot be loaded: {error}",
            why=f"the distribution {point.dist.name} brings it",
            fix=f"pip install --upgrade {point.dist.name}, or uninstall it",
        ) from error


def chosen(name: str) -> Flavor:
    """Return the flavour that a user names.

    Raises:
        UsageError: there is none of this name.
    """
    if name not in (known := list(names())):
        raise UsageError(
            f"there is no flavour {name!r}{nearest(name, known)}",
            fix=f"name one of {', '.join(known)}, or leave flavor out",
        )
    return named(name)


def of(model: object) -> Flavor:
    """Return the flavour that can package a model.

    Raises:
        UsageError: none can.
    """
    for name in names():
        flavor = named(name)
        if flavor.detect(model):
            return flavor
    kind = f"{type(model).__module__}.{type(model).__qualname__}"
    raise UsageError(
        f"a {kind} cannot be packaged as a model",
        why=f"there are flavours for {', '.join(names())}",
        fix="log its file as an artifact: run.log_artifact(path)",
    )
