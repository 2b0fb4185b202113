"""What a run itself came to: its metrics and artifacts, without what was said of it afterwards."""

from collections.abc import Iterator, Sequence

from mltrack.projects.again.verdict import Results
from mltrack.store.ids import MAIN_WRITER
from mltrack.store.store import Store
from mltrack.tracking import fold
from mltrack.tracking.entities import RunRecord
from mltrack.tracking.fold import Journal
from mltrack.tracking.history import histories_of
from mltrack.tracking.journals import read_journals
from mltrack.tracking.reader import artifacts_of
from mltrack.tracking.rows import part


def results_of(store: Store, record: RunRecord) -> tuple[Results, tuple[str, ...]]:
    """Return the results of a run, and the names of what was logged after it had ended."""
    journals = read_journals(store, record.id)
    late = _late(journals)
    own = [one for one in journals if one.writer not in late]
    writers = tuple(name for name in record.writers if name not in late)
    histories = histories_of(own, record.metrics)
    results = Results(
        metrics={name: history for name, history in histories if history},
        artifacts=_artifacts(store, record._replace(writers=writers)),
    )
    if not late:
        return results, ()
    told = (fold.fold([one]).metrics for one in journals if one.writer in late)
    files = _artifacts(store, record._replace(writers=tuple(sorted(late))))
    return results, tuple(sorted({*files, *(name for metrics in told for name in metrics)}))


def _artifacts(store: Store, record: RunRecord) -> dict[str, str]:
    return {entry.path: entry.sha256 for entry in artifacts_of(store, record)[0]}


def _late(journals: Sequence[Journal]) -> frozenset[str]:
    """Return the writers that had seen the run's end when they began, and did not take it up."""
    return frozenset(_came_late(journals))


def _came_late(journals: Sequence[Journal]) -> Iterator[str]:
    by_name = {journal.writer: journal for journal in journals}
    for journal in journals:
        seen = fold.first_seen(journal)
        if journal.writer == MAIN_WRITER or not seen or _opens(journal):
            continue
        known = [Journal(w, part(by_name[w].rows, 0, n)) for w, n in seen.items() if w in by_name]
        if fold.ending_of(fold.in_order(known)).status is not None:
            yield journal.writer


def _opens(journal: Journal) -> bool:
    return any(row and row.get("opens") is True for row in journal.rows)
