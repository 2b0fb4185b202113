"""How long work tells what it is doing, without knowing who draws it."""

from collections.abc import Callable

Progress = Callable[[str], None]
"""Called with one line of text whenever the work has moved on, and with an empty one at its end."""


def silent(_line: str) -> None:
    """Tell nobody."""


Share = Callable[[int, int, str], None]
"""Called with how many of how many things are done, and what they are."""


def nobody(_done: int, _total: int, _things: str) -> None:
    """Tell nobody how far the work has come."""
