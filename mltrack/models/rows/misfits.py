"""Rows that do not fit: which they are, and how they are named."""

from collections.abc import Mapping, Sequence
from typing import NamedTuple

from mltrack.errors import UsageError
from mltrack.models.entities import Column

NO_VALUE = "there is no value, and one is needed"
SHOWN = 10
_SHOWN_CHARACTERS = 60


class Misfit(NamedTuple):
    """A row that does not fit.

    Attributes:
        line: the line of the file on which the row ends, or the row's number, both from 1.
        column: the first column that does not fit; empty where it is the row as a whole.
        problem: why not.
    """

    line: int
    column: str
    problem: str


def no_such(column: Column, value: object) -> str:
    """Return what to say of a value that a column cannot take."""
    text = repr(value)
    text = text if len(text) <= _SHOWN_CHARACTERS else f"{text[:_SHOWN_CHARACTERS]}..."
    shape = f" of shape {column.shape}" if column.shape else ""
    return f"{text} is no {column.type}{shape}"


def named(problems: Mapping[int, tuple[str, str]], lines: Sequence[int]) -> list[Misfit]:
    """Return the misfits of a chunk in the order of its rows.

    Args:
        problems: the column and the problem, by the row's place in the chunk.
        lines: the line of each row.
    """
    return [Misfit(lines[place], *problems[place]) for place in sorted(problems)]


def in_words(misfit: Misfit, counted: str) -> str:
    """Return what to say of a row that does not fit: line 3, column 'age': 'x' is no int64."""
    column = f", column {misfit.column!r}" if misfit.column else ""
    return f"{counted} {misfit.line}{column}: {misfit.problem}"


def refusal(source: str, misfits: Sequence[Misfit], counted: str, fix: str = "") -> UsageError:
    """Return the error that names the first of some rows that do not fit.

    Args:
        source: the file.
        misfits: the rows, one at least.
        counted: what they are counted by: line or row.
        fix: what to do about them.
    """
    said = [in_words(misfit, counted) for misfit in misfits[:SHOWN]]
    if len(misfits) == 1:
        return UsageError(f"{source}, {said[0]}", fix=fix)
    if len(misfits) > SHOWN:
        said.append(f"and {len(misfits) - SHOWN} more, and whatever comes later")
    return UsageError(f"{source}: {len(misfits)} rows do not fit", why="\n".join(said), fix=fix)
