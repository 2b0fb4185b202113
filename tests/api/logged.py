"""What a log call has kept."""

from collections.abc import Callable

import mltrack
from mltrack.api.tracking.active import ActiveRun


def kept(log: Callable[[ActiveRun], None], path: str) -> bytes:
    """Return the bytes of the file that a call has logged."""
    with mltrack.start_run() as run:
        log(run)
    return mltrack.get_run(run.id).artifact_path(path).read_bytes()
