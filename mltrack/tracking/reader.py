"""Read runs from the disk: one broken file costs one warning, never the listing."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import replace
from datetime import datetime
from pathlib import Path

from mltrack.errors import IntegrityError, MltrackError, NotFoundError
from mltrack.store import clock, liveness
from mltrack.store.events import Events
from mltrack.store.ids import MAIN_WRITER
from mltrack.store.layout import MANIFEST, RUN, refuse_links
from mltrack.store.liveness import Life
from mltrack.store.manifest import Entry, load_manifest, warnings_of
from mltrack.store.plain import read_plain
from mltrack.store.store import Store
from mltrack.store.yaml_reader import read_bytes
from mltrack.tracking import annotations, codec, experiment_fold
from mltrack.tracking.annotations import Annotated
from mltrack.tracking.entities import MetricSummary, RunRecord, RunStatus
from mltrack.tracking.experiment_fold import ExperimentState
from mltrack.tracking.fold import Folded, Summary, fold, in_order
from mltrack.tracking.heartbeat import HEARTBEAT
from mltrack.tracking.journals import read_journals

HEARTBEAT_SILENCE_SECONDS = 90.0


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
    whole = replace(record, artifacts=artifacts, warnings=(*record.warnings, *faults))
    return with_experiment(whole, _experiment_of(store, record))


def _experiment_of(store: Store, record: RunRecord) -> ExperimentState | None:
    if record.experiment_id not in store.layout.experiments_said_of():
        return None
    return experiment_fold.load_state(store, record.experiment_id)


def with_experiment(record: RunRecord, state: ExperimentState | None) -> RunRecord:
    """Return a run with what was said of its experiment; None where nothing was."""
    if state is None:
        return record
    name = state.name or record.experiment
    return replace(record, experiment=name, experiment_deleted=state.deleted)


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
    path = refuse_links(store.layout.run_folder(run_id) / RUN)
    record = codec.decode(read_bytes(path), str(path))
    if record.id != run_id:
        raise IntegrityError(f"{path} is the record of another run, {record.id}")
    names = (MAIN_WRITER, *writers)
    if record.status is RunStatus.RUNNING or not record.seen.keys() >= set(names):
        before_journals()
        record = _folded(store, record, fold(read_journals(store, run_id)))
    if names != record.writers:
        record = replace(record, writers=names)
    about = annotations.fold_annotations(said, record.seen)
    return record if about is annotations.NOTHING else _annotated(record, about)


def _folded(store: Store, record: RunRecord, folded: Folded) -> RunRecord:
    """Return a record with what all journals say, which is newer than what run.yaml says."""
    status = _status(store, record, folded)
    ending = folded.ending
    metrics = {name: _frozen(summary) for name, summary in sorted(folded.metrics.items())}
    told = folded.seen.get(MAIN_WRITER) or not record.seen
    torn = [f"{folded.bad_rows} damaged rows were passed over"] if folded.bad_rows else []
    return replace(
        record,
        name=folded.name or record.name,
        status=status,
        ended=_ended(record, folded) if status is not RunStatus.RUNNING else None,
        params={**record.params, **folded.params},
        tags={**record.tags, **folded.tags},
        inputs={**record.inputs, **folded.inputs},
        metrics=metrics if told else {**record.metrics, **metrics},
        seen=folded.seen,
        dropped=max(record.dropped, folded.dropped),
        error=ending.error if ending.status else record.error,
        traceback=ending.traceback if ending.status else record.traceback,
        warnings=(*record.warnings, *torn),
    )


def _ended(record: RunRecord, folded: Folded) -> datetime | None:
    seconds = folded.ending.time
    if seconds is None or not clock.is_moment(seconds):
        return record.ended
    return clock.from_text(clock.to_text(seconds))


def _frozen(summary: Summary) -> MetricSummary:
    return MetricSummary(
        last=summary.last,
        last_step=summary.last_step,
        min=summary.min,
        max=summary.max,
        count=summary.count,
    )


def _status(store: Store, record: RunRecord, folded: Folded) -> RunStatus:
    """Return how a run stands: a live opener first, then what was said last, then what is seen."""
    marks = liveness.marks_in(store.layout.local(record.id))
    lives = {liveness.life_of(mark) for mark in marks.values() if mark.get("opens")}
    if Life.ALIVE in lives:
        return RunStatus.RUNNING
    if folded.ending.status is not None:
        return RunStatus(folded.ending.status)
    if record.status is not RunStatus.RUNNING and set(folded.ending.silent) <= {MAIN_WRITER}:
        return record.status
    if lives == {Life.GONE}:
        return RunStatus.LOST
    return RunStatus.RUNNING if _beats(store, record.id) else RunStatus.UNKNOWN


def _beats(store: Store, run_id: str) -> bool:
    try:
        text = read_plain(store.layout.local(run_id) / HEARTBEAT).decode().strip()
        return abs(clock.now() - clock.seconds_from_text(text)) < HEARTBEAT_SILENCE_SECONDS
    except (OSError, MltrackError, UnicodeDecodeError):
        return False


def _annotated(record: RunRecord, said: Annotated) -> RunRecord:
    return replace(
        record,
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
        order = [journal.writer for journal in in_order(read_journals(store, run_id))]
        names.sort(key=lambda name: order.index(name) if name in order else len(order))
    for name in names:
        yield store.layout.writer_folder(run_id, name)
