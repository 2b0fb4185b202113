"""Keep an evaluation in a run: figures that name data and model, the tables, the tags."""

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from mltrack.api.tracking import keeping
from mltrack.api.tracking.active import ActiveRun
from mltrack.api.tracking.beginning import opened, store_for_writing
from mltrack.api.tracking.chosen import given_run
from mltrack.api.tracking.wanted import wanted_run
from mltrack.models.evaluating.asking import Subject, methods_of
from mltrack.models.evaluating.entities import Evaluation, SliceFigures
from mltrack.models.evaluating.figures import Figures, confusion, positive_label
from mltrack.tracking import datasets, open_runs
from mltrack.tracking.live import LiveRun
from mltrack.tracking.values import MAX_KEY_LENGTH, check_metrics, digests_of

if TYPE_CHECKING:
    from mltrack.api.evaluating.data import EvaluationData

EXPERIMENT = "evaluation"
INPUT = "data"
SLICES, CONFUSION = "slices.csv", "confusion_matrix.csv"


def evaluation_of(subject: Subject, data: "EvaluationData", figures: Figures) -> Evaluation:
    """Return an evaluation that no run keeps yet.

    Raises:
        BadValueError: the name of a figure cannot be that of a metric.
    """
    found = Evaluation(
        model=subject.name,
        version=subject.version,
        model_digest=subject.digest,
        data=data.digest,
        source=data.name,
        target=data.target,
        task=figures.judged.task,
        methods=methods_of(subject),
        positive=positive_label(figures.judged),
        metrics=figures.metrics,
        slices=figures.slices,
        notes=(*subject.notes, *figures.notes),
        better=figures.better,
    )
    check_metrics(_all_metrics(found), None, None)
    return found


def run_for(found: Evaluation, experiment: str | None) -> ActiveRun:
    """Begin a run of its own for an evaluation, which belongs to the active run if one is open."""
    store = store_for_writing()
    parent = True if open_runs.active() or given_run() else None
    title = f"{found.model} on {Path(found.source).name}"[:MAX_KEY_LENGTH]
    wanted = wanted_run(store, parent=parent)
    live = opened(store, wanted._replace(name=title, experiment=experiment or EXPERIMENT))
    live.log_params(_params_of(found))
    return ActiveRun(live)


def keep(live: LiveRun, found: Evaluation, figures: Figures, data: "EvaluationData") -> None:
    """Write all of an evaluation to a run."""
    source = data.path if data.path is not None else None
    keeping.note_input(
        live,
        INPUT,
        data.facts,
        source=datasets.source_of(source, live.store.project),
        context="evaluation",
    )
    live.set_tags(_tags_of(found))
    about = digests_of(data=found.data, model=found.model_digest)
    live.log_metrics(_all_metrics(found), about=about)
    matrix = confusion(figures.judged)
    if matrix is not None:
        keeping.log_table(lambda: live, matrix[1], CONFUSION, matrix[0])
    if found.slices:
        names, rows = _slice_table(found.slices)
        keeping.log_table(lambda: live, rows, SLICES, names)


def _all_metrics(found: Evaluation) -> dict[str, float]:
    """Return the figures by the names under which they are logged."""
    of_slices = {
        f"{part.key}/{name}": value for part in found.slices for name, value in part.metrics.items()
    }
    return {**found.metrics, **of_slices}


def _params_of(found: Evaluation) -> dict[str, Any]:
    params = {"task": str(found.task), "target": found.target, "method": ", ".join(found.methods)}
    return params if found.positive is None else {**params, "positive": found.positive}


def _tags_of(found: Evaluation) -> dict[str, Any]:
    told = {
        "model": found.model,
        "version": found.version,
        "task": str(found.task),
        "target": found.target,
    }
    return {f"evaluate.{name}": value for name, value in told.items() if value is not None}


def _slice_table(slices: Sequence[SliceFigures]) -> tuple[list[str], list[list[Any]]]:
    names = metric_names(slices)
    rows = [[",".join(p.by), p.label, *(p.metrics.get(name) for name in names)] for p in slices]
    return ["by", "value", *names], rows


def metric_names(slices: Sequence[SliceFigures]) -> list[str]:
    """Return the figures that any slice has, the number of rows first."""
    every = dict.fromkeys(name for part in slices for name in part.metrics)
    return ["n", *(name for name in every if name != "n")]
