"""Ask a model for predictions on the rows of an evaluation, a part at a time."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from functools import reduce
from typing import Any, NamedTuple

import numpy as np

from mltrack.errors import UsageError
from mltrack.models.answer import Answer
from mltrack.models.entities import Signature, Task
from mltrack.models.evaluating import answers
from mltrack.models.evaluating.answers import Said
from mltrack.models.evaluating.parts import Part, kept_rows, taken
from mltrack.models.signature.columns import Values

PREDICT, CHANCES = "predict", "predict_proba"


@dataclass(frozen=True, slots=True, kw_only=True)
class Subject:
    """A model that is evaluated.

    Attributes:
        name: what it is called.
        ask: gives what the model answers to rows and a method.
        signature: what it takes; None where nobody knows.
        task: what it predicts; None where nobody knows.
        methods: what it is asked for.
        classes: its classes in the order of its chances; None where it does not tell them.
        version: the id of the registered version; None where it is none.
        digest: the digest of its package; None where it is in none.
        notes: what the user should know of it.
    """

    name: str
    ask: Callable[[Any, str], Answer]
    signature: Signature | None = None
    task: Task | None = None
    methods: tuple[str, ...] = (PREDICT,)
    classes: Any = None
    version: str | None = None
    digest: str | None = None
    notes: tuple[str, ...] = ()


class Collected(NamedTuple):
    """All that an evaluation needs of the rows, in memory.

    Attributes:
        said: what the model said.
        target: an array of the truth, as the data has it.
        by: an array for each column to slice by.
        places: an array: which row of the data each is.
        rows: what a user's function gets; None where none wants them.
        left_out: how many rows have no target.
    """

    said: Said
    target: Any
    by: dict[str, Any]
    places: Any
    rows: Any
    left_out: int

    def at(self, places: Values) -> "Collected":
        """Return the rows with these places in the data."""
        kept = np.isin(self.places, places)
        if kept.all():
            return self
        values, chances = (None if array is None else array[kept] for array in self.said)
        said = Said(values, chances)
        by = {name: column[kept] for name, column in self.by.items()}
        rows = None if self.rows is None else taken(self.rows, kept)
        return Collected(
            said, self.target[kept], by, self.places[kept], rows, left_out=self.left_out
        )


def collected(subject: Subject, parts: Iterable[Part], *, keep: bool) -> Collected:
    """Return what a model says of all rows.

    Args:
        subject: the model.
        parts: the rows.
        keep: whether the rows are kept, for a function that wants them.

    Raises:
        UsageError: the model refuses a row, or no row has a target.
    """
    found: list[tuple[Said, Part, Any]] = []
    left_out = 0
    for part in parts:
        left_out += part.left_out
        if len(part.places):
            kept = kept_rows(part) if keep else None
            found.append((_asked(subject, part), part._replace(rows=None), kept))
    if not found:
        raise UsageError("no row has a target")
    said, beside, rows = zip(*found, strict=True)
    return Collected(
        said=answers.joined(said),
        target=_joined([part.target for part in beside]),
        by={name: _joined([part.by[name] for part in beside]) for name in beside[0].by},
        places=_joined([part.places for part in beside]),
        rows=_joined_rows(rows) if keep else None,
        left_out=left_out,
    )


def _asked(subject: Subject, part: Part) -> Said:
    answer = subject.ask(part.rows, PREDICT)
    extra = subject.ask(part.rows, CHANCES) if CHANCES in methods_of(subject) else None
    return answers.said(answer, len(part.places), extra)


def methods_of(subject: Subject) -> tuple[str, ...]:
    """Return what a model is asked for."""
    of_classes = CHANCES in subject.methods and subject.task is not Task.REGRESSION
    return (PREDICT, CHANCES) if of_classes else (PREDICT,)


def common_places(some: Sequence[Collected]) -> Values:
    """Return the places of the rows that all models were asked for."""
    return reduce(np.intersect1d, [one.places for one in some])


def _joined(arrays: Sequence[Values]) -> Values:
    return arrays[0] if len(arrays) == 1 else np.concatenate(arrays)


def _joined_rows(parts: Sequence[Values]) -> Values:
    if not hasattr(parts[0], "iloc"):
        return _joined(parts)
    import pandas as pd

    return pd.concat(parts, ignore_index=True)
