"""How this invocation wants to be talked to: what was said before the command's name."""

from contextvars import ContextVar
from typing import NamedTuple


class Manner(NamedTuple):
    """The options that change what is printed, whatever the command is."""

    quiet: bool = False
    verbose: bool = False
    utc: bool = False
    pager: bool = True
    wide: bool = False


_manner: ContextVar[Manner | None] = ContextVar("mltrack_manner", default=None)


def manner() -> Manner:
    """Return how this invocation is to be talked to."""
    return _manner.get() or Manner()


def set_manner(chosen: Manner) -> None:
    """Say how this invocation is to be talked to."""
    _manner.set(chosen)
