"""Which run a process writes to: one of its own, one taken up again, or one shared with others."""

from collections.abc import Mapping
from typing import TYPE_CHECKING

from mltrack.api.git_notice import tell_if_ignored
from mltrack.api.store import store_to_write, tell_if_new
from mltrack.api.tracking import sharing
from mltrack.api.tracking.chosen import chosen, current_experiment, given_run, given_run_in
from mltrack.api.tracking.wanted import Wanted
from mltrack.errors import StoreWriteError
from mltrack.store.store import Store
from mltrack.tracking import open_runs
from mltrack.tracking.capture import default_name
from mltrack.tracking.ending import settle_all
from mltrack.tracking.experiments import find
from mltrack.tracking.live import LiveRun
from mltrack.tracking.starting import RunSpec

if TYPE_CHECKING:
    from mltrack.tracking.meeting import Met


def store_for_writing() -> Store:
    """Return the store to write to; where it is to be made, say so."""
    store = store_to_write()
    tell_if_new(store)
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


def _of_ranks_or_process(store: Store, wanted: Wanted) -> LiveRun:
    """Return the run of this process; of several ranks one does this, and the others join."""
    rank = sharing.rank_here(store)
    if rank is None:
        return _of_process(store, wanted)

    def join(met: "Met") -> LiveRun:
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
    tell_if_ignored(store)
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
