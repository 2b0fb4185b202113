"""The tracker never kills the training: what the disk refuses is counted, and said once."""

import contextlib
from collections.abc import Iterator

from mltrack.errors import MltrackError, StoreWriteError
from mltrack.tracking import notices


class Drops:
    """How many rows and files of one run were not kept."""

    def __init__(self, *, strict: bool) -> None:
        self.total = 0
        self._strict = strict
        self._warned = False
        self._raised: StoreWriteError | None = None

    def count(self, dropped: int, error: Exception) -> None:
        """Count what was dropped and warn the first time.

        Raises:
            StoreWriteError: the setting `strict` is on.
        """
        if error is self._raised:  # a call inside this one has counted it
            raise error
        self.total += dropped
        if self._strict:
            self._raised = StoreWriteError(f"a log call failed: {told_by(error)}")
            raise self._raised from error
        self.warn(f"a log call failed and was dropped ({told_by(error)}); the run goes on")

    def warn(self, line: str) -> None:
        """Say what is wrong, unless something was said of this run before."""
        if not self._warned:
            self._warned = True
            notices.say(line)

    @contextlib.contextmanager
    def counted(self, dropped: int) -> Iterator[None]:
        """Count `dropped` if the machine fails inside; mistakes of the caller pass through."""
        try:
            yield
        except (OSError, StoreWriteError) as error:
            self.count(dropped, error)


def told_by(error: Exception) -> str:
    """Return in one line what went wrong."""
    return error.message if isinstance(error, MltrackError) else str(error)
