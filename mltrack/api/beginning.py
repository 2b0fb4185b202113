"""Which run a process writes to: one of its own, one taken up again, or one shared with others."""

import os
from collections.abc import Mapping
from typing import NamedTuple

from mltrack.api import sharing
from mltrack.api.store import store_to_write
from mltrack.errors import StoreWriteError, UsageError
from mltrack.store.ids import is_id
from mltrack.store.store import Store
from mltrack.tracking import notices, open_runs
from mltrack.tracking.capture import default_name
from mltrack.tracking.ending import settle_all
from mltrack.tracking.experiments import DEFAULT_EXPERIMENT, find
from mltrack.tracking.live import LiveRun
from mltrack.tracking.meeting import Met
from mltrack.tracking.starting import RunSpec

RUN_VARIABLE = "MLTRACK_RUN_ID"
EXPERIMENT_VARIABLE = "MLTRACK_EXPERIMENT"

chosen: dict[str, str] = {}
"""What this process chose: its experiment, and the run that its runner opened and it joined."""


class Wanted(NamedTuple):
    """Which run is wanted.

    Attributes:
        name: what a new run is called; None: after the script.
        experiment: what a new run belongs to; None: the present one.
        resume: the id of a run to take up again.
        step: the step from which it goes on; None: where it ended.
        job: the key of the job whose run is wanted.
        parent: the id of the run that a new run belongs to.
    """

    name: str | None = None
    experiment: str | None = None
    resume: str | None = None
    step: int | None = None
    job: str | None = None
    parent: str | None = None


def store_for_writing() -> Store:
    """Return the store to write to; where it is to be made, say so."""
    store = store_to_write()
    if not store.root.exists():
        notices.say_once(f"the store is made at {store.root}")
    return store


def opened(store: Store, wanted: Wanted | None = None) -> LiveRun:
    """Return the run to write to, held open by this process.

    Raises:
        UsageError: the run that was named is not here, or there is no job to be continued.
    """
    wanted = wanted or Wanted()
    new = wanted.resume is wanted.job is wanted.parent is None
    if new and given_run():
        live = _joined(store, given_run_in(store))
        chosen["joined"] = live.id
        if wanted.name:
            live.rename(wanted.name)
    else:
        live = _of_ranks_or_process(store, wanted)
    open_runs.hold(live)
    return live


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


def _of_ranks_or_process(store: Store, wanted: Wanted) -> LiveRun:
    """Return the run of this process; of several ranks one does this, and the others join."""
    rank = sharing.rank_here(store)
    if rank is None:
        return _of_process(store, wanted)

    def join(met: Met) -> LiveRun:
        live = _joined(store, met.run_id, opens=True, seen=met.seen)
        if wanted.step is not None:
            live.go_on_at(wanted.step)
        return live

    return sharing.of_ranks(store, rank, lambda: _of_process(store, wanted), join)


def _of_process(store: Store, wanted: Wanted) -> LiveRun:
    if wanted.job is not None:
        return sharing.of_job(
            store,
            wanted.job,
            lambda: _new(store, wanted),
            lambda run_id: _resumed(store, run_id, wanted),
        )
    if wanted.resume is not None:
        return _resumed(store, wanted.resume, wanted)
    return _new(store, wanted)


def _resumed(store: Store, run_id: str, wanted: Wanted) -> LiveRun:
    live = _joined(store, run_id, opens=True)
    if wanted.step is not None:
        live.rewind(wanted.step)
    if wanted.name:
        live.rename(wanted.name)
    return live


def _new(store: Store, wanted: Wanted) -> LiveRun:
    spec = RunSpec(
        name=wanted.name or default_name(),
        experiment=find(store, wanted.experiment or current_experiment()),
        parent=wanted.parent,
        job=wanted.job,
    )
    settle_all(store)
    try:
        live = LiveRun.start(store, spec)
    except (OSError, StoreWriteError) as error:
        return LiveRun.unkept(store, error)
    if wanted.step is not None:
        live.go_on_at(wanted.step)
    return live


def _joined(
    store: Store, run_id: str, *, opens: bool = False, seen: Mapping[str, int] | None = None
) -> LiveRun:
    try:
        live = LiveRun.join(store, run_id, opens=opens, seen=seen)
    except (OSError, StoreWriteError) as error:
        return LiveRun.unkept(store, error, run_id)
    live.keep_alive()
    return live
