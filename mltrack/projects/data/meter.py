"""Tell now and then how many bytes of how many are done."""

import time

from mltrack.progress import Progress

_SAY_EVERY_SECONDS = 5.0
_UNITS = ("kB", "MB", "GB", "TB")
_STEP = 1000


class Meter:
    """Is called with how many bytes more are done; what takes no time is not told."""

    def __init__(self, progress: Progress, doing: str, total_bytes: int | None) -> None:
        self._progress = progress
        self._doing = doing
        self._total = "" if total_bytes is None else f" of {sized(total_bytes)}"
        self._done = 0
        self._told = time.monotonic()

    def __call__(self, more_bytes: int) -> None:
        """Count bytes, and tell how many there are, if it is time to."""
        self._done += more_bytes
        now = time.monotonic()
        if now - self._told >= _SAY_EVERY_SECONDS:
            self._told = now
            self._progress(f"{self._doing}: {sized(self._done)}{self._total}")


def sized(count: float) -> str:
    """Return a number of bytes in the unit that suits it."""
    text = f"{count:.0f} B"
    for unit in _UNITS:
        if count < _STEP:
            break
        count /= _STEP
        text = f"{count:.1f} {unit}"
    return text
