"""Fitted models of a framework, and what their user asks them without mltrack."""

import importlib
import importlib.util
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from mltrack.models import flavors
from mltrack.models.entities import Wishes


@dataclass(frozen=True, slots=True, kw_only=True)
class Example:
    """A model that every process can train anew: the contract test holds its flavour to it.

    Attributes:
        fitted: returns the model, trained in a second, the same each time.
        rows: returns the rows that it is shown at saving and asked for, as its user holds them.
        asked: returns what its user gets from it without mltrack, by the method's name.
        wishes: what is asked for when it is saved, besides the rows.
    """

    fitted: Callable[[], Any]
    rows: Callable[[], Any]
    asked: Callable[[Any, Any], Mapping[str, Any]]
    wishes: Wishes = field(default_factory=Wishes)


def examples_of(flavor: str) -> dict[str, Example]:
    """Return the examples of a flavour, by name: `EXAMPLES` in the module that is called so."""
    found: dict[str, Example] = importlib.import_module(
        f"tests.models.frameworks.{flavor}"
    ).EXAMPLES
    return found


def framework_of(flavor: str) -> str:
    """Return the distribution whose absence must be explained: `FRAMEWORK` in the same module."""
    found: str = importlib.import_module(f"tests.models.frameworks.{flavor}").FRAMEWORK
    return found


def usable() -> list[str]:
    """Return the flavours whose frameworks are here: `MODULE` names one that may be missing."""
    return [name for name in flavors.names() if _is_here(name)]


def _is_here(flavor: str) -> bool:
    module = importlib.import_module(f"tests.models.frameworks.{flavor}")
    needed = getattr(module, "MODULE", None)
    return needed is None or importlib.util.find_spec(needed) is not None


def every() -> list[tuple[str, str]]:
    """Return the flavour and the name of every example."""
    return [(flavor, name) for flavor in usable() for name in examples_of(flavor)]
