"""Which columns of runs somebody chose, by the names that the runs have."""

from mltrack.api.search import Runs
from mltrack.errors import UsageError
from mltrack.query.keys import Row, value_of
from mltrack.query.naming import Column, columns_of, names_in, order_of


def chosen_columns(runs: Runs, text: str) -> list[Column]:
    """Return the columns that a list such as `lr, min loss as best` means.

    Names are those of the runs; then of all runs of the store, so that a list goes on to be one
    where none of these has a value.

    Raises:
        UsageError: it is no list, or a name is unknown or means several things.
    """
    try:
        return columns_of(text, names_in([run.row() for run in runs]))
    except UsageError:
        return columns_of(text, runs.names)


def chosen_row(row: Row, columns: list[Column]) -> Row:
    """Return the values of columns by their titles."""
    return {column.title: value_of(row, column.key) for column in columns}


def sorted_by(runs: Runs, text: str) -> str | None:
    """Return the value of a run by which a listing is sorted; None for an attribute."""
    key = order_of(text, runs.names).key
    return str(key) if key.group else None
