"""When Python searches for garbage: not while very much is made that stays."""

import gc
from collections.abc import Iterator
from contextlib import contextmanager


@contextmanager
def unsearched() -> Iterator[None]:
    """Let Python search for no garbage: it would look at all that is being made, time and again.

    What nothing refers to any more is let go of at once all the same; a search only finds things
    that refer to each other.
    """
    was_on = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_on:
            gc.enable()
