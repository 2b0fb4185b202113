"""The log calls of a program that names no run: they go to the active one."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from mltrack.api.active import Figure
from mltrack.api.tracking import current_run


def log_param(name: str, value: object) -> None:
    """Record one parameter of the active run, beginning one when there is none."""
    current_run().log_param(name, value)


def log_params(params: Mapping[str, Any]) -> None:
    """Record parameters of the active run."""
    current_run().log_params(params)


def log_metric(name: str, value: float, step: int | None = None, time: float | None = None) -> None:
    """Record one value of a metric of the active run; see `ActiveRun.log_metric`."""
    current_run().log_metric(name, value, step, time)


def log_metrics(
    metrics: Mapping[str, float], step: int | None = None, time: float | None = None
) -> None:
    """Record the values of several metrics of the active run at one step, in one write."""
    current_run().log_metrics(metrics, step, time)


def set_tag(name: str, value: object) -> None:
    """Set one tag of the active run."""
    current_run().set_tag(name, value)


def set_tags(tags: Mapping[str, Any]) -> None:
    """Set tags of the active run."""
    current_run().set_tags(tags)


def log_artifact(path: str | Path, to: str | None = None) -> None:
    """Copy a file or folder into the active run; see `ActiveRun.log_artifact`."""
    current_run().log_artifact(path, to)


def log_artifacts(folder: str | Path, to: str | None = None) -> None:
    """Copy all files below a folder into the active run."""
    current_run().log_artifacts(folder, to)


def log_figure(figure: Figure, to: str, **options: Any) -> None:  # noqa: ANN401 - savefig's own
    """Write a plot into the active run; see `ActiveRun.log_figure`."""
    current_run().log_figure(figure, to, **options)


def log_model(model: object, name: str = "model", *, inputs: object = None) -> str:
    """Package a model, keep it in the active run, and return the package's digest."""
    return current_run().log_model(model, name, inputs=inputs)
