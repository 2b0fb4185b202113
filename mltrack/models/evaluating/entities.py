"""What an evaluation holds: predictions beside the truth, figures, slices."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from mltrack.models.entities import Task
from mltrack.models.signature.columns import Values
from mltrack.query.directions import Better
from mltrack.store.ids import handle_of

MISSING = "(missing)"
"""Stands for the value of a slice that has none."""


class UndefinedError(ValueError):
    """A figure has no value for these rows; the text says why."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Judged:
    """What a model said of rows, beside what is true.

    Attributes:
        truth: an array of shape (rows,): floats of a regression, else positions in `classes`.
        predicted: the same of what the model said.
        classes: an array of all labels; empty of a regression.
        known: how many of the classes, the first, the model knows.
        chances: an array of shape (rows, known) of how likely each class is; None where the model
            gives none.
        positive: the position of the class that precision and the like are about; None where there
            are several classes, or none.
    """

    truth: Any
    predicted: Any
    classes: Any
    known: int = 0
    chances: Any = None
    positive: int | None = None

    @property
    def task(self) -> Task:
        """Return what the model predicts."""
        return Task.CLASSIFICATION if len(self.classes) else Task.REGRESSION

    def at(self, rows: Values) -> "Judged":
        """Return these rows alone."""
        return replace(
            self,
            truth=self.truth[rows],
            predicted=self.predicted[rows],
            chances=None if self.chances is None else self.chances[rows],
        )

    def told(self) -> tuple[Any, Any]:
        """Return the truth and the predictions in the words of the data: labels or numbers."""
        if not len(self.classes):
            return self.truth, self.predicted
        return self.classes[self.truth], self.classes[self.predicted]


@dataclass(frozen=True, slots=True, kw_only=True)
class Measure:
    """One standard figure.

    Attributes:
        name: what it is logged as.
        better: which values are better.
        of: returns it for rows; raises UndefinedError where it has no value.
        of_chances: whether the model must give a chance for each class.
    """

    name: str
    better: Better
    of: Callable[[Judged], float]
    of_chances: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Slice:
    """Some of the rows: those with the same values in some columns.

    Attributes:
        by: the columns.
        values: what stands in them, as text; None where the value is missing.
        rows: an array of the positions of the rows.
    """

    by: tuple[str, ...]
    values: tuple[str | None, ...]
    rows: Any


@dataclass(frozen=True, slots=True, kw_only=True)
class SliceFigures:
    """How good a model is on one slice.

    Attributes:
        by: the columns.
        values: what stands in them; None where the value is missing.
        key: the slice in the name of a metric.
        metrics: the figures that have a value there; `n` is the number of rows.
    """

    by: tuple[str, ...]
    values: tuple[str | None, ...]
    key: str
    metrics: Mapping[str, float]

    @property
    def label(self) -> str:
        """Return the values in one text; `(missing)` stands for none."""
        return ",".join(MISSING if value is None else value for value in self.values)


@dataclass(frozen=True, slots=True, kw_only=True)
class Evaluation:
    """How good a model is on some data, and the run that keeps it.

    Attributes:
        model: what the model is called, such as `churn/3`.
        version: the id of the registered version; None where it is none.
        model_digest: the digest of its package; None for a model in memory that is in no package.
        data: the digest of the data.
        source: what the data is called.
        target: the column of the truth.
        task: what the model predicts.
        methods: what the model was asked for.
        positive: the label of the positive class; None where there are not two classes.
        metrics: the figures of all rows.
        slices: the figures of slices.
        notes: what the user should know, such as why a figure is left out.
        run: the id of the run that keeps this.
        better: which values of each figure are better: higher, lower or neither.
        against: the same of each model that this one is compared with, on the same rows.
    """

    model: str
    version: str | None
    model_digest: str | None
    data: str
    source: str
    target: str
    task: Task
    methods: tuple[str, ...]
    positive: str | None
    metrics: Mapping[str, float]
    slices: tuple[SliceFigures, ...] = ()
    notes: tuple[str, ...] = ()
    run: str = ""
    better: Mapping[str, Better] = field(default_factory=dict)
    against: "tuple[Evaluation, ...]" = ()

    @property
    def handle(self) -> str:
        """Return the letters by which people name the run."""
        return handle_of(self.run)

    @property
    def rows(self) -> int:
        """Return how many rows were evaluated."""
        return int(self.metrics["n"])
