"""Log from a shell, or from any language that can start a process."""

import os
from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

from mltrack.api.active import ActiveRun
from mltrack.api.beginning import RUN_VARIABLE, current_experiment
from mltrack.api.run import Run
from mltrack.api.selectors import select_run
from mltrack.api.store import opened_store, start_folder, store_to_write
from mltrack.errors import UsageError
from mltrack.store.store import Store
from mltrack.tracking import shell
from mltrack.tracking.capture import UNNAMED
from mltrack.tracking.ending import settle_all
from mltrack.tracking.experiments import find
from mltrack.tracking.held import STATUSES
from mltrack.tracking.live import LiveRun
from mltrack.tracking.relative import shown_folder
from mltrack.tracking.starting import RunSpec
from mltrack.tracking.values import checked_key, checked_values


class Logged(NamedTuple):
    """What one call logs."""

    metrics: Mapping[str, float] = {}
    step: int | None = None
    params: Mapping[str, Any] = {}
    tags: Mapping[str, Any] = {}
    artifacts: Sequence[tuple[str, str | None]] = ()


def start_detached(
    name: str | None = None,
    experiment: str | None = None,
    params: Mapping[str, Any] | None = None,
    tags: Mapping[str, Any] | None = None,
) -> Run:
    """Begin a run that stays open until `finish_detached`; no process holds it.

    Raises:
        UsageError: a name cannot be one.
        StoreWriteError: the disk refused.
    """
    store = store_to_write()
    allowed = store.settings["secrets.allow"]
    first = checked_values(params or {}, "param", allowed)
    spec = RunSpec(
        name=checked_key(name, "run") if name is not None else UNNAMED,
        experiment=find(store, experiment or current_experiment()),
        tags=checked_values(tags or {}, "tag", allowed),
        project={"folder": shown_folder(start_folder(), store.project)},
        packages=[],
        folder=start_folder(),
        held=False,
    )
    settle_all(store)
    live = LiveRun.start(store, spec)
    if first:
        live.log_params(first)
    live.inherit()
    return Run(store, select_run(store, live.id))


def log_to(run: str | None, logged: Logged) -> Run:
    """Log to a run from outside; it may have ended.

    Args:
        run: a selector; None means `MLTRACK_RUN_ID`, else the only open run of this host.
        logged: what to log.

    Raises:
        UsageError: no run is open, or several are.
        NotFoundError: no run or file of this name.
    """
    store = opened_store()
    settle_all(store)
    record = select_run(store, _meant(store, run))
    with shell.one_call(store, record.id) as live:
        calls = ActiveRun(live)
        if logged.metrics:
            calls.log_metrics(logged.metrics, step=logged.step)
        if logged.params:
            calls.log_params(logged.params)
        if logged.tags:
            calls.set_tags(logged.tags)
        for path, to in logged.artifacts:
            calls.log_artifact(start_folder() / path, to)
    return Run(store, select_run(store, record.id))


def finish_detached(run: str | None = None, *, as_: str | None = None) -> Run:
    """End a run that no process holds open.

    Args:
        run: a selector; None means `MLTRACK_RUN_ID`, else the only open run of this host.
        as_: finished, failed, killed or lost.

    Raises:
        UsageError: it has ended already, or no run is open.
        ConflictError: a living process holds it.
    """
    if as_ is not None and as_ not in STATUSES:
        raise UsageError(f"a run ends as {', '.join(STATUSES)}, not {as_!r}")
    store = opened_store()
    record = select_run(store, _meant(store, run))
    shell.end(store, record, as_)
    return Run(store, select_run(store, record.id))


def _meant(store: Store, run: str | None) -> str:
    return run or os.environ.get(RUN_VARIABLE) or shell.only_open(store)
