"""Wait for whoever builds the same environment just now."""

import contextlib
from collections.abc import Iterator
from pathlib import Path

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
