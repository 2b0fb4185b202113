"""Tell how far a loop has come, often enough for people and seldom enough for the work."""

import time
from collections.abc import Iterator, Sequence
from typing import TypeVar

from mltrack.progress import Progress

_EVERY_SECONDS = 0.5
_Item = TypeVar("_Item")


def told(items: Sequence[_Item], noun: str, progress: Progress) -> Iterator[_Item]:
    """Yield items, and say now and then how many of them are done: `200 of 1000 runs`."""
    last = time.monotonic()
    for done, item in enumerate(items):
        if time.monotonic() - last > _EVERY_SECONDS:
            last = time.monotonic()
            progress(f"{done} of {len(items)} {noun}")
        yield item
