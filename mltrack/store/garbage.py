"""When Python searches for garbage: not while very much is made that stays."""

import gc
from collections.abc import Iterator
from contextlib import contextmanager


@contextmanager
def unsearched() -> Iterator[None]:
    """Let Python search for no garbage: it would look at all that is being made, time and again.

    What nothing refers to any more is let go of at once all the same; a search only finds things
    that refer to each other. What was made counts as old afterwards, so it is searched when all is.
    """
    was_on = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_on:
            if gc.get_freeze_count() == 0:
                gc.freeze()
                gc.unfreeze()
            gc.enable()
