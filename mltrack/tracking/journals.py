"""Read the journals of all writers of a run."""

from collections.abc import Sequence

from mltrack.store.ids import MAIN_WRITER
from mltrack.store.layout import METRICS
from mltrack.store.store import Store
from mltrack.tracking.copies import put_back
from mltrack.tracking.fold import Journal
from mltrack.tracking.stored_rows import open_rows

_KEPT_OPEN = 64
"""How many long journals are kept open: a process may open so many files, and no more."""


def writers_of(store: Store, run_id: str) -> list[str]:
    """Return the names of a run's writers, `main` first."""
    return [MAIN_WRITER, *store.layout.writers(run_id)]


def read_journals(store: Store, run_id: str) -> list[Journal]:
    """Return the rows of every writer of a run, each row under the writer that wrote it first.

    They are those that are there now, and are read from the disk as they are asked for.
    """
    return put_back(
        [
            Journal(writer, open_rows(folder / METRICS, keep_open=number < _KEPT_OPEN))
            for number, writer in enumerate(writers_of(store, run_id))
            for folder in [store.layout.writer_folder(run_id, writer)]
        ]
    )


def rows_seen(journals: Sequence[Journal]) -> dict[str, int]:
    """Return how many rows of each writer are there."""
    return {journal.writer: len(journal.rows) for journal in journals}
