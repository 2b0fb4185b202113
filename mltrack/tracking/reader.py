"""Read runs from the disk: one broken file costs one warning, never the listing."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from pathlib import Path

from mltrack.errors import IntegrityError, MltrackError, NotFoundError
from mltrack.store.events import Events
from mltrack.store.ids import MAIN_WRITER
from mltrack.store.layout import MANIFEST, RUN
from mltrack.store.manifest import Entry, load_manifest, warnings_of
from mltrack.store.store import Store
from mltrack.store.yaml_reader import read_bytes
from mltrack.tracking import annotations, codec
from mltrack.tracking.annotations import Annotated
from mltrack.tracking.entities import RunRecord, RunStatus


def load_run(store: Store, run_id: str) -> RunRecord:
    """Return one run.

    Raises:
        NotFoundError: there is no such run.
        IntegrityError: its run.yaml cannot be understood.
    """
    if not (store.layout.run_folder(run_id) / RUN).exists():
        raise NotFoundError(f"there is no run {run_id} in {store.root}", fix="mltrack ls")
    writers = store.layout.writers(run_id)
    record = read_run(store, run_id, writers, annotations.said_of(store, run_id))
    artifacts, faults = artifacts_of(store, record)
    whole = record._replace(artifacts=artifacts, warnings=(*record.warnings, *faults))
    return _with_experiment(store, whole)


def _with_experiment(store: Store, record: RunRecord) -> RunRecord:
    if record.experiment_id not in store.layout.experiments_said_of():
        return record
    from mltrack.tracking.experiment_fold import load_state

    state = load_state(store, record.experiment_id)
    return record.in_experiment(state.name, deleted=state.deleted)


def read_run(
    store: Store,
    run_id: str,
    writers: Sequence[str],
    said: Events,
    *,
    before_journals: Callable[[], None] = lambda: None,
) -> RunRecord:
    """Return a run without its artifacts.

    Args:
        store: the store.
        run_id: the run.
        writers: the names of its further writers.
        said: what was said of it after it ended.
        before_journals: is called before its journals are read, where run.yaml does not tell all.

    Raises:
        NotFoundError: its run.yaml is not there.
        IntegrityError: its run.yaml cannot be understood.
    """
    path = store.layout.run_folder(run_id) / RUN
    record = codec.decode(read_bytes(path), str(path))
    if record.id != run_id:
        raise IntegrityError(f"{path} is the record of another run, {record.id}")
    names = (MAIN_WRITER, *writers)
    if record.status is RunStatus.RUNNING or not record.seen.keys() >= set(names):
        before_journals()
        record = _with_journals(store, record)
    if names != record.writers:
        record = record._replace(writers=names)
    about = annotations.fold_annotations(said, record.seen)
    return record if about is annotations.NOTHING else _annotated(record, about)


def _with_journals(store: Store, record: RunRecord) -> RunRecord:
    from mltrack.tracking.refolding import refolded

    return refolded(store, record)


def _annotated(record: RunRecord, said: Annotated) -> RunRecord:
    return record._replace(
        name=said.name or record.name,
        tags={**record.tags, **said.tags},
        notes=said.notes,
        deleted=said.deleted,
        warnings=(*record.warnings, *said.warnings),
    )


def artifacts_of(store: Store, record: RunRecord) -> tuple[tuple[Entry, ...], tuple[str, ...]]:
    """Return the files that a run's writers logged, by path, and a line for each bad manifest."""
    found: dict[str, Entry] = {}
    faults: list[str] = []
    for folder in folders_of(store, record.id, record.writers):
        try:
            manifest = load_manifest(folder)
            found |= manifest.entries
            faults += warnings_of(manifest, folder / MANIFEST)
        except MltrackError as error:
            faults.append(error.message)
    return tuple(sorted(found.values())), tuple(faults)


def folders_of(store: Store, run_id: str, writers: Iterable[str]) -> Iterator[Path]:
    """Yield the folders of a run's writers in their order: of one path the later file counts."""
    names = list(writers)
    if len(names) > 1:
        from mltrack.tracking.fold import in_order
        from mltrack.tracking.journals import read_journals

        order = [journal.writer for journal in in_order(read_journals(store, run_id))]
        names.sort(key=lambda name: order.index(name) if name in order else len(order))
    for name in names:
        yield store.layout.writer_folder(run_id, name)
