"""The tracker never kills the training: what the disk refuses is counted, and said once."""

import contextlib
import sys
from collections.abc import Iterator

from mltrack.errors import StoreWriteError


class Drops:
    """How many rows and files of one run were not kept."""

    def __init__(self, *, strict: bool) -> None:
        self.total = 0
        self._strict = strict

    def count(self, dropped: int, error: Exception) -> None:
        """Count what was dropped and warn the first time.

        Raises:
            StoreWriteError: the setting `strict` is on.
        """
        if self._strict:
            raise StoreWriteError(f"a log call failed: {error}") from error
        if self.total == 0 and dropped:
            print(  # noqa: T201 - a training has no other ear, and must not be stopped
                f"mltrack: a log call failed and was dropped ({error}); the run goes on",
                file=sys.stderr,
            )
        self.total += dropped

    @contextlib.contextmanager
    def counted(self, dropped: int) -> Iterator[None]:
        """Count `dropped` if the machine fails inside; mistakes of the caller pass through."""
        try:
            yield
        except (OSError, StoreWriteError) as error:
            self.count(dropped, error)
