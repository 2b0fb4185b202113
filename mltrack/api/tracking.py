"""Log to a run: begin one, find the active one, and the calls that go to it."""

import os
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from mltrack.api.active import ActiveRun, Figure
from mltrack.api.store import opened_store
from mltrack.errors import UsageError
from mltrack.store.store import Store
from mltrack.tracking import open_runs
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
    resume: str | None = None,
) -> ActiveRun:
    """Begin a run and make it the active one.

    Under `mltrack run` the first call joins the run that the runner has opened.

    Args:
        name: what listings show; the script's name when left out.
        experiment: the experiment; that of `set_experiment`, else `default`, when left out.
        params: parameters to begin with.
        tags: tags to begin with.
        resume: the id or handle of a run to take up again.

    Raises:
        UsageError: a name cannot be one.
        NotFoundError: the run to resume is not here.
        StoreWriteError: the disk refused.
    """
    store = opened_store(create=True)
    if resume is not None:
        live = _resumed(store, resume)
    elif _is_given():
        live = _joined(store)
    else:
        return _begun(store, name, experiment, params or {}, tags or {})
    open_runs.hold(live)
    _log_first(live, name, params or {}, tags or {})
    return ActiveRun(live)


def _begun(
    store: Store,
    name: str | None,
    experiment: str | None,
    params: Mapping[str, Any],
    tags: Mapping[str, Any],
) -> ActiveRun:
    settle_all(store)
    allowed = store.settings["secrets.allow"]
    spec = RunSpec(
        name=checked_key(name, "run") if name else default_name(),
        experiment=find(store, experiment or current_experiment()),
        tags=checked_values(dict(tags), "tag", allowed),
    )
    live = LiveRun.start(store, spec)
    open_runs.hold(live)
    _log_first(live, None, params, {})
    return ActiveRun(live)


def current_experiment() -> str:
    """Return the experiment that a run belongs to when none is named."""
    return _chosen.get("experiment") or os.environ.get(EXPERIMENT_VARIABLE) or DEFAULT_EXPERIMENT


def _is_given() -> bool:
    """Tell whether a runner opened a run for this process that it has not joined yet."""
    given = os.environ.get(RUN_VARIABLE)
    return bool(given) and _chosen.get("joined") != given


def _joined(store: Store) -> LiveRun:
    from mltrack.store.ids import is_id

    run_id = os.environ[RUN_VARIABLE]
    if not is_id(run_id) or not store.layout.run_folder(run_id).exists():
        raise UsageError(
            f"{RUN_VARIABLE} names the run {run_id!r}, which is not in {store.root}",
            fix=f"unset {RUN_VARIABLE}, or set MLTRACK_STORE to the store that holds it",
        )
    _chosen["joined"] = run_id
    return LiveRun.join(store, run_id)


def _resumed(store: Store, text: str) -> LiveRun:
    from mltrack.api.selectors import select_run

    return LiveRun.join(store, select_run(store, text).id, opens=True)


def _log_first(
    live: LiveRun, name: str | None, params: Mapping[str, Any], tags: Mapping[str, Any]
) -> None:
    if name:
        live.rename(name)
    if params:
        live.log_params(dict(params))
    if tags:
        live.set_tags(dict(tags))


def active_run() -> ActiveRun | None:
    """Return the run that log calls go to, or None when none is open."""
    live = open_runs.active()
    return ActiveRun(live) if live else None


def _current() -> ActiveRun:
    return active_run() or start_run()


def set_experiment(name: str) -> None:
    """Name the experiment of the runs that this process begins from now on.

    Raises:
        UsageError: the name cannot be one.
    """
    from mltrack.store.names import check_name

    _chosen["experiment"] = check_name(name, "experiment")


def log_param(name: str, value: object) -> None:
    """Record one parameter of the active run, beginning one when there is none."""
    _current().log_param(name, value)


def log_params(params: Mapping[str, Any]) -> None:
    """Record parameters of the active run."""
    _current().log_params(params)


def log_metric(name: str, value: float, step: int | None = None, time: float | None = None) -> None:
    """Record one value of a metric of the active run; see `ActiveRun.log_metric`."""
    _current().log_metric(name, value, step, time)


def log_metrics(
    metrics: Mapping[str, float], step: int | None = None, time: float | None = None
) -> None:
    """Record the values of several metrics of the active run at one step, in one write."""
    _current().log_metrics(metrics, step, time)


def set_tag(name: str, value: object) -> None:
    """Set one tag of the active run."""
    _current().set_tag(name, value)


def set_tags(tags: Mapping[str, Any]) -> None:
    """Set tags of the active run."""
    _current().set_tags(tags)


def log_artifact(path: str | Path, to: str | None = None) -> None:
    """Copy a file or folder into the active run; see `ActiveRun.log_artifact`."""
    _current().log_artifact(path, to)


def log_artifacts(folder: str | Path, to: str | None = None) -> None:
    """Copy all files below a folder into the active run."""
    _current().log_artifacts(folder, to)


def log_figure(figure: Figure, to: str, **options: Any) -> None:  # noqa: ANN401 - savefig's own
    """Write a plot into the active run; see `ActiveRun.log_figure`."""
    _current().log_figure(figure, to, **options)


def log_model(model: object, name: str = "model", *, inputs: object = None) -> str:
    """Package a model, keep it in the active run, and return the package's digest."""
    return _current().log_model(model, name, inputs=inputs)
