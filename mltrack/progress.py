"""How long work tells what it is doing, without knowing who draws it."""

from collections.abc import Callable

Progress = Callable[[str], None]
"""Called with one line of text whenever the work has moved on."""


def silent(_line: str) -> None:
    """Tell nobody."""
