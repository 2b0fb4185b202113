"""Rows in parts: what a model is given, and beside it the truth and the columns to slice by."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple

import numpy as np

from mltrack.errors import UsageError, nearest
from mltrack.models.entities import Layout, Signature
from mltrack.models.evaluating.cells import array_of, blank
from mltrack.models.signature.columns import Table, Values, rows_of

SKIP, FAIL = "skip", "fail"
_SHOWN = 10


@dataclass(frozen=True, slots=True, kw_only=True)
class Wanted:
    """What is read beside what the model takes.

    Attributes:
        target: the column of the truth.
        by: each way to slice: one column, or several at once.
        skip: whether rows without a target are left out, and no error.
        keep: whether all rows are kept in memory, for a function that wants them.
    """

    target: str
    by: tuple[tuple[str, ...], ...] = ()
    skip: bool = False
    keep: bool = False

    @property
    def columns(self) -> tuple[str, ...]:
        """Return the columns to slice by, each once."""
        return tuple(dict.fromkeys(name for names in self.by for name in names))


class Part(NamedTuple):
    """Some consecutive rows.

    Attributes:
        rows: a table that fits the model, or what it takes as it is.
        target: an array of the truth.
        by: an array for each column to slice by.
        places: an array: which row of the data each is, from 0.
        left_out: how many rows between them were left out.
    """

    rows: Any
    target: Any
    by: Mapping[str, Any]
    places: Any
    left_out: int = 0

    def at(self, kept: Values) -> "Part":
        """Return the rows that an array of bools names."""
        if kept.all():
            return self
        by = {name: values[kept] for name, values in self.by.items()}
        left_out = len(kept) - int(kept.sum())
        return Part(taken(self.rows, kept), self.target[kept], by, self.places[kept], left_out)


def taken(rows: Values, kept: Values) -> Values:
    """Return some of the rows that a model takes: those that an array names."""
    if isinstance(rows, Table):
        columns = tuple(np.asarray(values)[kept] for values in rows.columns)
        return Table(names=rows.names, columns=columns, layout=rows.layout)
    places = np.flatnonzero(kept) if kept.dtype == bool else kept
    if hasattr(rows, "iloc"):
        return rows.iloc[places]
    return rows[places] if hasattr(rows, "columns") else np.asarray(rows)[places]


def require_columns(names: Sequence[str], columns: Sequence[str], what: str) -> None:
    """Make sure that the data has columns.

    Raises:
        UsageError: it lacks one.
    """
    for name in columns:
        if name not in names:
            raise UsageError(
                f"the data has no column {name!r} for the {what}{nearest(name, list(names))}",
                why=f"it has {', '.join(names[:_SHOWN])}{', ...' if len(names) > _SHOWN else ''}",
            )


def refuse_as_input(target: str, signature: Signature | None) -> None:
    """Make sure that the target is not what the model predicts from.

    Raises:
        UsageError: it is.
    """
    named = signature is not None and signature.layout in {Layout.NAMED, Layout.TENSOR}
    inputs = signature.inputs if signature is not None and named else ()
    if target in (column.name for column in inputs):
        raise UsageError(
            f"the column {target!r} is one that the model predicts from",
            why="so it cannot be what is to be predicted",
            fix="name the column of the truth: --target",
        )


def input_names(signature: Signature, names: Sequence[str], wanted: Wanted) -> list[str]:
    """Return the columns of the data that the model takes, in its order.

    A model that knows its columns by position takes all but the target, and those to slice by only
    where it takes as many as there are.
    """
    inputs = [column.name for column in signature.inputs]
    if signature.layout is Layout.NAMED or (signature.layout is Layout.TENSOR and inputs != [""]):
        return inputs
    rest = [name for name in names if name != wanted.target]
    if len(rest) == len(inputs):
        return rest
    return [name for name in rest if name not in wanted.columns]


def complete(part: Part, wanted: Wanted, where: str) -> Part:
    """Return the rows that have a target.

    Raises:
        UsageError: some have none, and they are not to be left out.
    """
    gone = blank(part.target)
    if gone.any() and not wanted.skip:
        places = part.places[gone]
        raise MissingTargetError(where, wanted.target, [int(place) for place in places])
    return part.at(~gone)


class MissingTargetError(UsageError):
    """Rows have no target.

    Attributes:
        places: which rows of the data, from 0.
    """

    def __init__(self, where: str, target: str, places: list[int], *, unit: str = "row") -> None:
        self.where, self.target, self.places = where, target, places
        some = ", ".join(str(place) for place in places[:_SHOWN])
        more = f" and {len(places) - _SHOWN} more" if len(places) > _SHOWN else ""
        words = f"{unit} {some}" if len(places) == 1 else f"{unit}s {some}{more}"
        super().__init__(
            f"{where}: the target {target!r} is missing in {words}",
            fix="fill it in, or leave such rows out: --on-error skip",
        )


def from_frame(frame: Values, truth: Values, signature: Signature | None, wanted: Wanted) -> Part:
    """Return all rows of a DataFrame of pandas or polars.

    Args:
        frame: the rows.
        truth: one value a row; None where it is the column that `wanted` names.
        signature: what the model takes; None where nobody knows.
        wanted: the target's column, if it is one, and those to slice by.

    Raises:
        UsageError: a column is not there, or there is not one target for each row.
    """
    names = [str(name) for name in frame.columns]
    require_columns(names, wanted.columns, "slices")
    rows = frame
    if truth is None:
        require_columns(names, [wanted.target], "target")
        refuse_as_input(wanted.target, signature)
        truth = frame[wanted.target]
        rows = frame[[name for name in frame.columns if str(name) != wanted.target]]
    if signature is not None and signature.layout is not Layout.NAMED:
        inputs = input_names(signature, [str(name) for name in rows.columns], wanted)
        rows = rows[inputs] if len(inputs) == len(signature.inputs) else rows
    by = {name: array_of(frame[name]) for name in wanted.columns}
    return _whole(rows, truth, by)


def from_array(data: Values, truth: Values, wanted: Wanted) -> Part:
    """Return all rows of an array or a list.

    Raises:
        UsageError: it has columns to be named, or there is not one target for each row.
    """
    if truth is None or wanted.columns:
        what = "a column to slice by" if wanted.columns else "a target"
        raise UsageError(
            f"{what} is named, and a {type(data).__name__} has no names",
            fix="give a DataFrame"
            if wanted.columns
            else "give target= as an array with one value a row",
        )
    return _whole(data, truth, {})


def _whole(rows: Values, truth: Values, by: Mapping[str, Values]) -> Part:
    values, count = array_of(truth), len(rows)
    if len(values) != count:
        raise UsageError(f"there are {len(values)} targets for {count} rows")
    if not count:
        raise UsageError("there are no rows")
    return Part(rows, values, by, np.arange(count))


def kept_rows(part: Part) -> Values:
    """Return rows as a user's function gets them: what the model is given, and what slices."""
    rows = rows_of(part.rows)
    if not hasattr(rows, "assign"):
        return rows
    return rows.assign(**{name: v for name, v in part.by.items() if name not in rows.columns})
