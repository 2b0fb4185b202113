"""What was chosen before a run begins: the experiment, and the run that a runner opened."""

import os

from mltrack.errors import UsageError
from mltrack.store.ids import is_id
from mltrack.store.store import Store
from mltrack.tracking.experiments import DEFAULT_EXPERIMENT
from mltrack.tracking.handed import EXPERIMENT_VARIABLE, RUN_VARIABLE

chosen: dict[str, str] = {}
"""What this process chose: its experiment, and the run that its runner opened and it joined."""


def given_run() -> str | None:
    """Return what names the run that a runner opened for this process, until it has joined it."""
    given = os.environ.get(RUN_VARIABLE)
    return given if given and chosen.get("joined") != given else None


def given_run_in(store: Store) -> str:
    """Return the id of that run, which must be here.

    Raises:
        UsageError: it is not.
    """
    run_id = os.environ[RUN_VARIABLE]
    if not is_id(run_id) or not store.layout.run_folder(run_id).exists():
        raise UsageError(
            f"{RUN_VARIABLE} names the run {run_id!r}, which is not in {store.root}",
            fix=f"unset {RUN_VARIABLE}, or set MLTRACK_STORE to the store that holds it",
        )
    return run_id


def current_experiment() -> str:
    """Return the experiment that a run belongs to when none is named."""
    return chosen.get("experiment") or os.environ.get(EXPERIMENT_VARIABLE) or DEFAULT_EXPERIMENT
