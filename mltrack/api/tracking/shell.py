"""Log from a shell, or from any language that can start a process."""

import os
from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

from mltrack.api.git_notice import tell_if_ignored
from mltrack.api.runs.run import Run
from mltrack.api.selectors import select_run
from mltrack.api.store import opened_store, start_folder, store_to_write, tell_if_new
from mltrack.api.tracking import sharing
from mltrack.api.tracking.active import ActiveRun
from mltrack.api.tracking.chosen import current_experiment
from mltrack.api.tracking.wanted import Wanted, wanted_run
from mltrack.errors import UsageError
from mltrack.store.store import Store
from mltrack.tracking import shell
from mltrack.tracking.capture import UNNAMED
from mltrack.tracking.ending import settle_all
from mltrack.tracking.experiments import find
from mltrack.tracking.handed import RUN_VARIABLE
from mltrack.tracking.live import LiveRun
from mltrack.tracking.relative import shown_folder
from mltrack.tracking.starting import RunSpec
from mltrack.tracking.values import checked_run_name, checked_values
from mltrack.tracking.voices import STATUSES


class Logged(NamedTuple):
    """What one call logs."""

    metrics: Mapping[str, float] = {}
    step: int | None = None
    params: Mapping[str, Any] = {}
    tags: Mapping[str, Any] = {}
    artifacts: Sequence[tuple[str, str | None]] = ()


class _Detached(NamedTuple):
    """A run that no process holds open."""

    id: str
    is_kept: bool = True
    seen: Mapping[str, int] = {}


def start_detached(  # noqa: PLR0913 - each is a fact about the run, and all can be left out
    name: str | None = None,
    experiment: str | None = None,
    params: Mapping[str, Any] | None = None,
    tags: Mapping[str, Any] | None = None,
    *,
    resume: str | None = None,
    job: str | None = None,
    parent: str | None = None,
) -> Run:
    """Begin a run that stays open until `finish_detached`; no process holds it.

    Args:
        name: what listings show.
        experiment: the experiment it belongs to.
        params: parameters to begin with.
        tags: tags to begin with.
        resume: the run to take up again, or `auto` for that of this job, which is begun when there
            is none; one that is still open is left so.
        job: the key of the job, for `resume="auto"`.
        parent: the run that this one belongs to.

    Raises:
        UsageError: a name cannot be one, or the options do not go together.
        StoreWriteError: the disk refused.
    """
    store = store_to_write()
    allowed = store.settings["secrets.allow"]
    logged = Logged(
        params=checked_values(params or {}, "param", allowed),
        tags=checked_values(tags or {}, "tag", allowed),
    )
    title = checked_run_name(name) if name is not None else None
    wanted = wanted_run(store, resume=resume, job=job, parent=parent)
    tell_if_new(store)
    settle_all(store)
    run = _detached(store, wanted._replace(name=title, experiment=experiment), logged)
    tell_if_ignored(store)
    return Run(store, select_run(store, run.id))


def _detached(store: Store, wanted: Wanted, logged: Logged) -> _Detached:
    """Begin a run, or take up the one that is wanted, with what is logged to begin with."""

    def begin() -> _Detached:
        return _begun(store, wanted, logged)

    def resume(run_id: str) -> _Detached:
        shell.reopened(store, run_id)
        if wanted.name is not None or logged.params or logged.tags:
            with shell.one_call(store, run_id) as live:
                _write(live, logged)
                if wanted.name is not None:
                    live.rename(wanted.name)
        return _Detached(run_id)

    if wanted.job is not None:
        return sharing.of_job(store, wanted.job, begin, resume)
    return resume(wanted.resume) if wanted.resume else begin()


def _begun(store: Store, wanted: Wanted, logged: Logged) -> _Detached:
    spec = RunSpec(
        name=wanted.name or UNNAMED,
        experiment=find(store, wanted.experiment or current_experiment()),
        tags=logged.tags,
        project={"folder": shown_folder(start_folder(), store.project)},
        packages=[],
        folder=start_folder(),
        held=False,
        parent=wanted.parent,
        job=wanted.job,
    )
    live = LiveRun.start(store, spec)
    if logged.params:
        live.log_params(logged.params)
    live.look_after()  # nobody does it later
    live.inherit()
    return _Detached(live.id)


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
        _write(live, logged)
    return Run(store, select_run(store, record.id))


def _write(live: LiveRun, logged: Logged) -> None:
    calls = ActiveRun(live)
    if logged.metrics:
        calls.log_metrics(logged.metrics, step=logged.step)
    if logged.params:
        calls.log_params(logged.params)
    if logged.tags:
        calls.set_tags(logged.tags)
    for path, to in logged.artifacts:
        calls.log_artifact(start_folder() / path, to)


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
