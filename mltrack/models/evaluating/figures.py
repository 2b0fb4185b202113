"""The figures of one model on rows whose truth is known: of all, and of each slice. Pure."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from mltrack.errors import MltrackError, UsageError
from mltrack.models.entities import Task
from mltrack.models.evaluating import functions, measures, targets
from mltrack.models.evaluating.asking import Collected, Subject
from mltrack.models.evaluating.cells import shown
from mltrack.models.evaluating.entities import Judged, Measure, Slice, SliceFigures
from mltrack.models.evaluating.parts import taken
from mltrack.models.evaluating.slicing import key_of
from mltrack.models.signature.columns import Values
from mltrack.query.directions import Better

MOST_IN_A_MATRIX = 200


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """Which figures a user wants.

    Attributes:
        target: what the truth is called.
        names: the standard figures; None for those of the task.
        functions: the user's own.
        task: what is predicted; None for what the model says, or the data looks like.
        positive: the label of the positive class; None for the last.
    """

    target: str
    names: tuple[str, ...] | None = None
    functions: tuple[Callable[..., Any], ...] = ()
    task: Task | None = None
    positive: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Figures:
    """What came out.

    Attributes:
        judged: the rows.
        metrics: the figures of all rows.
        slices: those of slices.
        better: which values of each are better.
        notes: what the user should know.
    """

    judged: Judged
    metrics: dict[str, float]
    slices: tuple[SliceFigures, ...]
    better: dict[str, Better]
    notes: tuple[str, ...]


def task_of(asked: Asked, subject: Subject, found: Collected) -> Task:
    """Return what is predicted: as the user says, else the model, else the data."""
    return asked.task or subject.task or targets.task_of(found.target, found.said)


def figures_of(
    asked: Asked, subject: Subject, found: Collected, slices: Sequence[Slice], task: Task
) -> Figures:
    """Return all figures of one model.

    Raises:
        UsageError: truth and predictions do not go together, or a figure is unknown.
        MltrackError: a function of the user fails.
    """
    judged, said = _judged(asked, subject, found, task)
    chosen = measures.chosen(judged, asked.names)
    metrics, lacking = measures.taken(judged, chosen)
    own = _own(asked, judged, found.rows, metrics)
    notes = [f"{name} is left out: {why}" for name, why in lacking.items()]
    notes += [f"{name} is {value}" for name, value in own.items() if value - value != 0]
    few = chosen if asked.names is not None else measures.main_ones(judged, chosen)
    of_slices, more = _of_slices(asked, judged, found.rows, slices, few)
    return Figures(
        judged=judged,
        metrics={**metrics, **own},
        slices=of_slices,
        better={measure.name: measure.better for measure in chosen},
        notes=(*said, *_conventions(judged, metrics), *notes, *more),
    )


def _judged(
    asked: Asked, subject: Subject, found: Collected, task: Task
) -> tuple[Judged, tuple[str, ...]]:
    if task is Task.CLASSIFICATION:
        return targets.labels(
            found.target,
            found.said,
            asked.target,
            known=subject.classes,
            positive=asked.positive,
        )
    if asked.positive is not None:
        raise UsageError(
            "--positive names a class, and this is a regression", fix="leave --positive out"
        )
    return targets.numbers(found.target, found.said, asked.target), ()


def _conventions(judged: Judged, metrics: dict[str, float]) -> list[str]:
    """Say which figures have a value by convention alone, as scikit-learn gives it."""
    if judged.positive is None:
        return []
    label = positive_label(judged)
    none = {"precision": judged.predicted, "recall": judged.truth}
    said = {"precision": f"the model never predicts {label}", "recall": f"no row is {label}"}
    return [
        f"{name} is 0 by convention: {said[name]}"
        for name, places in none.items()
        if name in metrics and not (places == judged.positive).any()
    ]


def _own(asked: Asked, judged: Judged, rows: Values, others: dict[str, float]) -> dict[str, float]:
    own: dict[str, float] = {}
    for function in asked.functions:
        for name, value in functions.figures_of(function, judged, rows).items():
            if name in own or name in others:
                raise UsageError(
                    f"two metrics are called {name!r}",
                    fix=f"give the function {functions.name_of(function)} another name for it",
                )
            own[name] = value
    return own


def _of_slices(
    asked: Asked,
    judged: Judged,
    rows: Values,
    slices: Sequence[Slice],
    few: Sequence[Measure],
) -> tuple[tuple[SliceFigures, ...], list[str]]:
    found: list[SliceFigures] = []
    notes: list[str] = []
    for part in slices:
        within = judged.at(part.rows)
        metrics, _ = measures.taken(within, few)
        theirs = None if rows is None else taken(rows, part.rows)
        key = key_of(part)
        for function in asked.functions:
            try:
                metrics |= functions.figures_of(function, within, theirs)
            except MltrackError as error:
                notes.append(f"{key}: {error.message}")
        found.append(SliceFigures(by=part.by, values=part.values, key=key, metrics=metrics))
    return tuple(found), notes


def positive_label(judged: Judged) -> str | None:
    """Return the label of the positive class; None where there is none."""
    return None if judged.positive is None else shown(judged.classes[judged.positive])


def confusion(judged: Judged) -> tuple[list[str], list[list[Any]]] | None:
    """Return the confusion matrix as a table: a row a true class, a column a predicted one.

    None of a regression, and where there are more classes than anybody looks at.
    """
    import numpy as np

    count = len(judged.classes)
    if not 0 < count <= MOST_IN_A_MATRIX:
        return None
    places = judged.truth * count + judged.predicted
    matrix = np.bincount(places, minlength=count * count).reshape(count, count)
    labels = [shown(label) for label in judged.classes]
    return ["true", *labels], [
        [label, *row] for label, row in zip(labels, matrix.tolist(), strict=True)
    ]
