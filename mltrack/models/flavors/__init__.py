"""The frameworks whose models can be packaged: each flavour is one module with the same functions.

    NAME, EXTRA                          its name; the extra that installs its framework
    detect(model) -> bool                whether the model is its own; imports no framework
    save(model, folder) -> details       writes below folder/data/; the same model, the same bytes
    describe(model) -> Signature | None  what the model itself knows of its inputs
    requirements() -> [names]            the distributions that loading needs
    what_runs(details) -> str            which code loading runs, whatever the package says; or ""
    load(files, details) -> model        reads only through `files`, which checks every byte
    predict(model, table) -> values      one value a row, or a row of them

To add one: write the module, add it to `_FLAVORS`; `tests/models/test_flavor_contract.py` holds it.
"""

import importlib
from collections.abc import Mapping
from pathlib import Path
from typing import Any, Protocol

from mltrack.errors import IntegrityError, UsageError
from mltrack.models.entities import Signature
from mltrack.models.manifest import VerifiedFiles

_FLAVORS = ("sklearn",)


class Flavor(Protocol):
    """The functions of a flavour's module."""

    NAME: str
    EXTRA: str

    def detect(self, model: object) -> bool:
        """Tell whether the model is of this framework."""

    def save(self, model: object, folder: Path) -> dict[str, Any]:
        """Write the model below `folder` and return what loading needs to know."""

    def describe(self, model: object) -> Signature | None:
        """Return what the model itself knows of its inputs."""

    def requirements(self) -> list[str]:
        """Return the distributions that loading needs."""

    def what_runs(self, details: Mapping[str, Any]) -> str:
        """Say which code loading runs; an empty text says none."""

    def load(self, files: VerifiedFiles, details: Mapping[str, Any]) -> object:
        """Return the model as its framework knows it."""

    def predict(self, model: object, table: Any) -> Any:  # noqa: ANN401 - as the framework has it
        """Return one prediction a row."""


def names() -> tuple[str, ...]:
    """Return the flavours there are."""
    return _FLAVORS


def named(name: str) -> Flavor:
    """Return the flavour of this name.

    Raises:
        IntegrityError: this mltrack has none.
    """
    if name not in _FLAVORS:
        raise IntegrityError(
            f"this mltrack knows no flavour {name!r}",
            why=f"it knows {', '.join(_FLAVORS)}",
            fix="pip install --upgrade mltrack-local",
        )
    module: Any = importlib.import_module(f"{__name__}.{name}")
    flavor: Flavor = module
    return flavor


def of(model: object) -> Flavor:
    """Return the flavour that can package a model.

    Raises:
        UsageError: none can.
    """
    for name in _FLAVORS:
        flavor = named(name)
        if flavor.detect(model):
            return flavor
    kind = f"{type(model).__module__}.{type(model).__qualname__}"
    raise UsageError(
        f"a {kind} cannot be packaged as a model",
        why=f"there are flavours for {', '.join(_FLAVORS)}",
        fix="log its file as an artifact: run.log_artifact(path)",
    )
