"""Begin a run, take one up again, find the active one."""

import os
from collections.abc import Mapping
from typing import Any

from mltrack.api.active import ActiveRun
from mltrack.api.store import store_to_write
from mltrack.errors import StoreWriteError, UsageError
from mltrack.store.ids import is_id
from mltrack.store.names import check_name
from mltrack.store.store import Store
from mltrack.tracking import notices, open_runs
from mltrack.tracking.capture import default_name
from mltrack.tracking.ending import settle_all
from mltrack.tracking.experiments import DEFAULT_EXPERIMENT, find
from mltrack.tracking.live import LiveRun
from mltrack.tracking.starting import RunSpec
from mltrack.tracking.values import checked_key, checked_values

RUN_VARIABLE = "MLTRACK_RUN_ID"
EXPERIMENT_VARIABLE = "MLTRACK_EXPERIMENT"

_chosen: dict[str, str] = {}
"""What this process chose: its experiment, and the run that its runner opened and it joined."""


def start_run(
    name: str | None = None,
    experiment: str | None = None,
    params: Mapping[str, Any] | None = None,
    tags: Mapping[str, Any] | None = None,
    *,
    resume: str | None = None,
    system_metrics: bool | None = None,
) -> ActiveRun:
    """Begin a run and make it the active one.

    Under `mltrack run` the first call joins the run that the runner has opened. Where the disk
    refuses the run, the program goes on and every log call counts as dropped.

    Args:
        name: what listings show; the script's name when left out.
        experiment: the experiment; that of `set_experiment`, else `default`, when left out.
        params: parameters to begin with.
        tags: tags to begin with.
        resume: the id or handle of a run to take up again.
        system_metrics: whether to sample how busy the machine is; the setting when left out.

    Raises:
        MissingExtraError: `system_metrics` is true, and psutil is not installed.
        UsageError: a name cannot be one.
        NotFoundError: the run to resume is not here.
        StoreWriteError: the disk refused, and the setting `strict` is on.
    """
    store = _store()
    if system_metrics:
        _require_gauges()
    allowed = store.settings["secrets.allow"]
    title = checked_key(name, "run") if name is not None else None
    first = checked_values(params or {}, "param", allowed)
    labels = checked_values(tags or {}, "tag", allowed)
    live = _opened(store, name=title, experiment=experiment, resume=resume)
    if title and not live.made:
        live.rename(title)
    if first:
        live.log_params(first)
    if labels:
        live.set_tags(labels)
    _watched(live, system_metrics)
    return ActiveRun(live)


def _require_gauges() -> None:
    from mltrack.tracking.gauges import psutil

    psutil()


def _watched(live: LiveRun, asked: bool | None = None) -> LiveRun:  # noqa: FBT001 - as it was asked
    """Sample the machine into a run, where the caller or else the setting asks for it."""
    if live.store.settings["system_metrics"] if asked is None else asked:
        from mltrack.tracking.system_metrics import watch

        watch(live)
    return live


def _store() -> Store:
    """Return the store to write to; where it is to be made, say so."""
    store = store_to_write()
    if not store.root.exists():
        notices.say_once(f"the store is made at {store.root}")
    return store


def _opened(
    store: Store,
    *,
    name: str | None = None,
    experiment: str | None = None,
    resume: str | None = None,
) -> LiveRun:
    """Return the run to write to, held by this process: resumed, joined or begun."""
    if resume is not None:
        live = _joined(store, _selected(store, resume), opens=True)
    elif _is_given():
        live = _joined(store, _given(store))
    else:
        live = _begun(store, name, experiment)
    open_runs.hold(live)
    return live


def _begun(store: Store, name: str | None, experiment: str | None) -> LiveRun:
    spec = RunSpec(
        name=name or default_name(), experiment=find(store, experiment or current_experiment())
    )
    settle_all(store)
    try:
        return LiveRun.start(store, spec)
    except (OSError, StoreWriteError) as error:
        return LiveRun.unkept(store, error)


def _joined(store: Store, run_id: str, *, opens: bool = False) -> LiveRun:
    try:
        live = LiveRun.join(store, run_id, opens=opens)
    except (OSError, StoreWriteError) as error:
        return LiveRun.unkept(store, error, run_id)
    live.keep_alive()
    return live


def _selected(store: Store, text: str) -> str:
    from mltrack.api.selectors import select_run

    return select_run(store, text).id


def _is_given() -> bool:
    """Tell whether a runner opened a run for this process that it has not joined yet."""
    given = os.environ.get(RUN_VARIABLE)
    return bool(given) and _chosen.get("joined") != given


def _given(store: Store) -> str:
    run_id = os.environ[RUN_VARIABLE]
    if not is_id(run_id) or not store.layout.run_folder(run_id).exists():
        raise UsageError(
            f"{RUN_VARIABLE} names the run {run_id!r}, which is not in {store.root}",
            fix=f"unset {RUN_VARIABLE}, or set MLTRACK_STORE to the store that holds it",
        )
    _chosen["joined"] = run_id
    return run_id


def current_experiment() -> str:
    """Return the experiment that a run belongs to when none is named."""
    return _chosen.get("experiment") or os.environ.get(EXPERIMENT_VARIABLE) or DEFAULT_EXPERIMENT


def active_run() -> ActiveRun | None:
    """Return the run that log calls go to, or None when none is open."""
    live = open_runs.active()
    return ActiveRun(live) if live else None


def current_run() -> ActiveRun:
    """Return the active run, beginning one when there is none."""
    return ActiveRun(current_live())


def current_live() -> LiveRun:
    """Return the writing end of the active run, beginning one when there is none."""
    return open_runs.active_or(lambda: _watched(_opened(_store())))


def set_experiment(name: str) -> None:
    """Name the experiment of the runs that this process begins from now on.

    Raises:
        UsageError: the name cannot be one.
    """
    _chosen["experiment"] = check_name(name, "experiment")
