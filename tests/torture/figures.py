"""The figures that there are, by the name that ONLY= takes."""

import importlib
from typing import cast

from tests.torture.rounds import Figure

COMPILED = ("faults", "powercut")
"""Those that need a C compiler; tests/system tries them at their smallest."""
NAMES = (
    "kills",
    "git",
    "ignored",
    "races",
    "ranks",
    "storms",
    "registry",
    "broken",
    "readers",
    "builds",
    *COMPILED,
)


def figure(name: str) -> Figure:
    """Return the module of a figure."""
    return cast("Figure", importlib.import_module(f"tests.torture.{name}"))
