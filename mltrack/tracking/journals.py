"""Read the journals of all writers of a run."""

from mltrack.store.ids import MAIN_WRITER
from mltrack.store.journal import read_rows
from mltrack.store.layout import METRICS
from mltrack.store.store import Store
from mltrack.tracking.fold import Journal


def writers_of(store: Store, run_id: str) -> list[str]:
    """Return the names of a run's writers, `main` first."""
    return [MAIN_WRITER, *store.layout.writers(run_id)]


def read_journals(store: Store, run_id: str) -> list[Journal]:
    """Return the rows of every writer of a run."""
    return [
        Journal(writer, list(read_rows(store.layout.writer_folder(run_id, writer) / METRICS)))
        for writer in writers_of(store, run_id)
    ]
