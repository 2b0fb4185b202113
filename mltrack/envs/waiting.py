"""Wait for whoever builds the same environment just now, and for what is done meanwhile."""

import contextlib
import threading
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Self

from mltrack.errors import ConflictError
from mltrack.progress import Progress
from mltrack.store.locks import locked

_NOTICE_SECONDS = 0.3
_WAIT_SECONDS = 3600.0


@contextlib.contextmanager
def locked_patiently(path: Path, progress: Progress) -> Iterator[None]:
    """Hold a lock that another process may hold for as long as a build takes."""
    with contextlib.ExitStack() as stack:
        try:
            stack.enter_context(locked(path, timeout_seconds=_NOTICE_SECONDS))
        except ConflictError:
            progress("another process builds this environment: waiting for it")
            stack.enter_context(locked(path, timeout_seconds=_WAIT_SECONDS))
        yield


class Meanwhile:
    """Work in another thread; calling it waits for what the work returns, or raises."""

    def __init__(self, work: Callable[[], Path]) -> None:
        self._work = work
        self._found: Path | None = None
        self._error: BaseException | None = None
        self._thread = threading.Thread(target=self._run)

    def _run(self) -> None:
        try:
            self._found = self._work()
        except BaseException as error:  # noqa: BLE001 - it is raised where it is waited for
            self._error = error

    def __call__(self) -> Path:
        """Wait for the work, and return what it found.

        Raises:
            BaseException: the work raised it.
        """
        self._thread.join()
        if self._found is None:
            raise self._error or AssertionError("work without an end")
        return self._found

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._thread.join()
