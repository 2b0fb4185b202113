"""What a run says for a version: its record, its journals, its figures as CSV."""

from mltrack.registry.evidence.collecting import Collected
from mltrack.store.ids import MAIN_WRITER
from mltrack.store.journal import jsonable
from mltrack.store.layout import MANIFEST, METRICS, PACKAGES, PATCH, RUN
from mltrack.store.store import Store
from mltrack.tracking.entities import RunRecord
from mltrack.tracking.history import histories_of
from mltrack.tracking.journals import read_journals

_OF_A_WRITER = (METRICS, MANIFEST)


def add_run(into: Collected, store: Store, record: RunRecord, folder: str) -> None:
    """Take what a run left: run.yaml, packages, patch, journals, what was said of it, figures."""
    main = store.layout.run_folder(record.id)
    into.file(f"{folder}/{RUN}", main / RUN)
    for name in (PACKAGES, PATCH):
        into.file(f"{folder}/{name}", main / name, needed=False)
    for writer in record.writers:
        place = store.layout.writer_folder(record.id, writer)
        inner = folder if writer == MAIN_WRITER else f"{folder}/writers/{writer}"
        for name in _OF_A_WRITER:
            into.file(f"{inner}/{name}", place / name, needed=False)
    said = store.layout.annotations(record.id)
    for path in sorted(said.glob(f"{record.id}.*")) if said.is_dir() else ():
        into.file(f"{folder}/annotations/{path.name}", path)
    add_figures(into, store, record, folder)


def add_figures(into: Collected, store: Store, record: RunRecord, folder: str) -> None:
    """Take every point of every metric as one CSV file."""
    journals = read_journals(store, record.id)
    rows = [
        (name, point.step, jsonable(point.value))
        for name, history in histories_of(journals, sorted(record.metrics))
        for point in history
    ]
    into.csv(f"{folder}/metrics.csv", ("metric", "step", "value"), rows)
