"""Begin a run, take one up again, find the active one."""

from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any

from mltrack.api.tracking.active import ActiveRun
from mltrack.api.tracking.beginning import opened, store_for_writing
from mltrack.api.tracking.chosen import chosen
from mltrack.api.tracking.wanted import wanted_run
from mltrack.store.names import new_name
from mltrack.tracking import open_runs
from mltrack.tracking.live import LiveRun
from mltrack.tracking.values import checked_run_name, checked_values

if TYPE_CHECKING:
    from mltrack.api.runs.run import Run


def start_run(  # noqa: PLR0913 - each is a fact about the run, and all can be left out
    name: str | None = None,
    experiment: str | None = None,
    params: Mapping[str, Any] | None = None,
    tags: Mapping[str, Any] | None = None,
    *,
    resume: str | None = None,
    step: int | None = None,
    job: str | None = None,
    parent: "Run | ActiveRun | str | bool | None" = None,
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
        resume: the id or handle of a run to take up again; `auto` for the run of this job, which
            is begun when there is none.
        step: the step from which a run that is taken up again goes on; what it has from there on
            is hidden. After its last when left out.
        job: the key of the job, for `resume="auto"`; `MLTRACK_JOB`, or that of the scheduler, when
            left out.
        parent: the run that this one belongs to, or its id; True for the active run.
        system_metrics: whether to sample how busy the machine is; the setting when left out.

    Raises:
        MissingExtraError: `system_metrics` is true, and psutil is not installed.
        UsageError: a name cannot be one, the options do not go together, or there is no job.
        NotFoundError: the run to resume is not here.
        StoreWriteError: the disk refused, and the setting `strict` is on.
    """
    store = store_for_writing()
    if system_metrics:
        _require_gauges()
    allowed = store.settings["secrets.allow"]
    title = checked_run_name(name) if name is not None else None
    first = checked_values(params or {}, "param", allowed)
    labels = checked_values(tags or {}, "tag", allowed)
    wanted = wanted_run(store, resume=resume, step=step, job=job, parent=parent)
    live = opened(store, wanted._replace(name=title, experiment=experiment))
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


def active_run() -> ActiveRun | None:
    """Return the run that log calls go to, or None when none is open."""
    live = open_runs.active()
    return ActiveRun(live) if live else None


def current_run(check: Callable[[], None]) -> ActiveRun:
    """Return the active run, beginning one when there is none and what is to be logged can be.

    Args:
        check: raises a mistake of the caller, which so leaves no empty run.
    """
    live = open_runs.active()
    if live is None:
        check()
        live = current_live()
    return ActiveRun(live)


def current_live() -> LiveRun:
    """Return the writing end of the active run, beginning one when there is none."""
    return open_runs.active_or(lambda: _watched(opened(store_for_writing())))


def set_experiment(name: str) -> None:
    """Name the experiment of the runs that this process begins from now on.

    Raises:
        UsageError: the name cannot be one.
    """
    chosen["experiment"] = new_name(name, "experiment")
