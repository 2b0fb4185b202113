"""What the journals of a run say beyond its run.yaml, of one that lives, was lost, or goes on."""

from datetime import datetime

from mltrack.errors import MltrackError
from mltrack.store import clock, liveness
from mltrack.store.ids import MAIN_WRITER
from mltrack.store.liveness import Life
from mltrack.store.plain import read_plain
from mltrack.store.store import Store
from mltrack.tracking.entities import MetricSummary, RunRecord, RunStatus
from mltrack.tracking.fold import Folded, Summary, fold
from mltrack.tracking.heartbeat import HEARTBEAT
from mltrack.tracking.journals import read_journals

HEARTBEAT_SILENCE_SECONDS = 90.0


def refolded(store: Store, record: RunRecord) -> RunRecord:
    """Return a record with what all journals say, which is newer than what run.yaml says."""
    return _folded(store, record, fold(read_journals(store, record.id)))


def _folded(store: Store, record: RunRecord, folded: Folded) -> RunRecord:
    status = _status(store, record, folded)
    ending = folded.ending
    metrics = {name: _frozen(summary) for name, summary in sorted(folded.metrics.items())}
    told = folded.seen.get(MAIN_WRITER) or not record.seen
    torn = [f"{folded.bad_rows} damaged rows were passed over"] if folded.bad_rows else []
    return record._replace(
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
