"""What a figure is: a module that plays rounds, each of which tries a promise some times."""

from pathlib import Path
from typing import NamedTuple, Protocol


class Round(NamedTuple):
    """What one round of a figure came to.

    Attributes:
        done: how many trials it made.
        problems: one text for each trial that broke the promise.
        notes: what else is worth counting, such as how often git was called, by name.
    """

    done: int
    problems: tuple[str, ...] = ()
    notes: tuple[tuple[str, int], ...] = ()


class Figure(Protocol):
    """A module that tries one promise of the store.

    Attributes:
        UNIT: what is counted, in the plural.
        PROMISE: what must hold, in one line.
        GOAL: how many trials `make torture` makes when nobody says how many.
    """

    UNIT: str
    PROMISE: str
    GOAL: int

    def play(self, seed: int, folder: Path, *, small: bool) -> Round:
        """Play one round in an empty folder; `small` asks for the size of `make test`."""
