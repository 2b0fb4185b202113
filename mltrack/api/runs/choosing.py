"""Which columns of runs somebody chose, by the names that the runs have."""

from collections.abc import Callable
from typing import TypeVar

from mltrack.api.runs.search import Runs
from mltrack.errors import UsageError
from mltrack.query.keys import Row, value_of
from mltrack.query.naming import Column, Names, columns_of, names_in, order_of

Read = TypeVar("Read")


def chosen_columns(runs: Runs, text: str) -> list[Column]:
    """Return the columns that a list such as `lr, min loss as best` means.

    Raises:
        UsageError: it is no list, or a name is unknown or means several things.
    """
    return _read(columns_of, text, runs)


def chosen_row(row: Row, columns: list[Column]) -> Row:
    """Return the values of columns by their titles."""
    return {column.title: value_of(row, column.key) for column in columns}


def sorted_by(runs: Runs, text: str) -> str | None:
    """Return the value of a run by which a listing is sorted; None for an attribute."""
    key = _read(order_of, text, runs).key
    return str(key) if key.group else None


def _read(read: Callable[[str, Names], Read], text: str, runs: Runs) -> Read:
    """Return what a text means by the names of the runs that are shown.

    Where it means nothing by them, it may by those of all runs of the store, of which none of these
    has a value.
    """
    try:
        return read(text, names_in([run.row() for run in runs]))
    except UsageError:
        return read(text, runs.names)
