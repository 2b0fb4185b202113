"""The log calls of a program that names no run: they go to the active one."""

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any, Unpack

from mltrack.api.models.save_options import SaveOptions
from mltrack.api.tracking import keeping
from mltrack.api.tracking.keeping import Figure
from mltrack.api.tracking.starting import current_live, current_run
from mltrack.tracking.values import check_metrics, check_values, digests_of


def log_param(name: str, value: object) -> None:
    """Record one parameter of the active run, beginning one when there is none."""
    current_run(lambda: check_values({name: value}, "param")).log_param(name, value)


def log_params(params: Mapping[str, Any]) -> None:
    """Record parameters of the active run."""
    current_run(lambda: check_values(params, "param")).log_params(params)


def log_metric(name: str, value: float, step: int | None = None, time: float | None = None) -> None:
    """Record one value of a metric of the active run; see `ActiveRun.log_metric`."""
    current_run(lambda: check_metrics({name: value}, step, time)).log_metric(
        name, value, step, time
    )


def log_metrics(
    metrics: Mapping[str, float],
    step: int | None = None,
    time: float | None = None,
    *,
    data: str | None = None,
    model: str | None = None,
) -> None:
    """Record the values of several metrics of the active run; see `ActiveRun.log_metrics`."""
    digests_of(data=data, model=model)
    run = current_run(lambda: check_metrics(metrics, step, time))
    run.log_metrics(metrics, step, time, data=data, model=model)


def set_tag(name: str, value: object) -> None:
    """Set one tag of the active run."""
    current_run(lambda: check_values({name: value}, "tag")).set_tag(name, value)


def set_tags(tags: Mapping[str, Any]) -> None:
    """Set tags of the active run."""
    current_run(lambda: check_values(tags, "tag")).set_tags(tags)


def log_artifact(path: str | Path, to: str | None = None) -> None:
    """Copy a file or folder into the active run; see `ActiveRun.log_artifact`."""
    keeping.log_artifact(current_live, path, to)


def log_artifacts(folder: str | Path, to: str | None = None) -> None:
    """Copy all files below a folder into the active run."""
    keeping.log_artifacts(current_live, folder, to)


def log_text(text: str, to: str) -> None:
    """Keep a text as a file of the active run; see `ActiveRun.log_text`."""
    keeping.log_text(current_live, text, to)


def log_dict(value: Mapping[str, Any] | Sequence[Any], to: str) -> None:
    """Keep a dict or list as a file of the active run; see `ActiveRun.log_dict`."""
    keeping.log_dict(current_live, value, to)


def log_image(image: object, to: str) -> None:
    """Keep a picture as a file of the active run; see `ActiveRun.log_image`."""
    keeping.log_image(current_live, image, to)


def log_table(table: object, to: str, *, columns: Sequence[str] | None = None) -> None:
    """Keep a table as a file of the active run; see `ActiveRun.log_table`."""
    keeping.log_table(current_live, table, to, columns)


def log_figure(figure: Figure, to: str, **options: Any) -> None:  # noqa: ANN401 - savefig's own
    """Write a plot into the active run; see `ActiveRun.log_figure`."""
    keeping.log_figure(current_live, figure, to, options)


def log_model(
    model: object, name: str = "model", *, inputs: object = None, **options: Unpack[SaveOptions]
) -> str:
    """Package a model, keep it in the active run, and return the digest; see `ActiveRun`."""
    return keeping.log_model(current_live, model, name, inputs, options)


def log_input(
    data: object, name: str, *, source: str | Path | None = None, context: str | None = None
) -> str:
    """Record which data the active run used, and return its digest; see `ActiveRun.log_input`."""
    return keeping.log_input(current_live, data, name, source, context)
