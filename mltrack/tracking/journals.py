"""Read the journals of all writers of a run."""

from mltrack.store.ids import MAIN_WRITER
from mltrack.store.journal_reader import read_rows
from mltrack.store.layout import METRICS
from mltrack.store.store import Store
from mltrack.tracking.copies import put_back
from mltrack.tracking.fold import Journal


def writers_of(store: Store, run_id: str) -> list[str]:
    """Return the names of a run's writers, `main` first."""
    return [MAIN_WRITER, *store.layout.writers(run_id)]


def read_journals(store: Store, run_id: str) -> list[Journal]:
    """Return the rows of every writer of a run, each row under the writer that wrote it first."""
    return put_back(
        [
            Journal(writer, list(read_rows(store.layout.writer_folder(run_id, writer) / METRICS)))
            for writer in writers_of(store, run_id)
        ]
    )


def rows_seen(journals: list[Journal]) -> dict[str, int]:
    """Return how many rows of each writer are there."""
    return {journal.writer: len(journal.rows) for journal in journals}
