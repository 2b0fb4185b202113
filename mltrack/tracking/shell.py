"""Runs that no process holds open: what `mltrack start`, `log` and `finish` write."""

from collections.abc import Sequence

from mltrack.errors import ConflictError, UsageError
from mltrack.store import liveness
from mltrack.store.ids import MAIN_WRITER, handle_of
from mltrack.store.liveness import Life
from mltrack.store.store import Store
from mltrack.tracking.ending import finish, seal_as_lost, settle
from mltrack.tracking.entities import RunRecord, RunStatus
from mltrack.tracking.journals import read_journals
from mltrack.tracking.live import LiveRun
from mltrack.tracking.reader import as_fields
from mltrack.tracking.writer import Writer

SHARED_WRITER = "shared-writer"


def open_detached(store: Store) -> list[str]:
    """Return the ids of the runs of this machine that no process holds open."""
    local = store.root / "local"
    return [run for run in liveness.open_runs(local) if _is_detached(store, run)]


def _is_detached(store: Store, run_id: str) -> bool:
    mark = liveness.marks_in(store.layout.local(run_id)).get(MAIN_WRITER)
    return mark is not None and "pid" not in mark and liveness.life_of(mark) is Life.ALIVE


def only_open(store: Store) -> str:
    """Return the only run that is open without a process.

    Raises:
        UsageError: there is none, or more than one.
    """
    found = open_detached(store)
    if len(found) == 1:
        return found[0]
    if not found:
        raise UsageError("no run is open here", fix="mltrack start, or name one with --run")
    names = ", ".join(handle_of(run) for run in found)
    raise UsageError(f"{len(found)} runs are open: {names}", fix="name one with --run")


def join_for_one_call(store: Store, run_id: str) -> LiveRun:
    """Return a writer for one call of the shell; calls share it while the run lives."""
    if not _is_detached(store, run_id):
        return LiveRun.join(store, run_id)
    shared = store.layout.local(run_id) / SHARED_WRITER
    try:
        name = shared.read_text().strip()
    except OSError:
        name = ""
    if is_writer_of(store, run_id, name):
        return LiveRun.rejoin(store, run_id, name)
    run = LiveRun.join(store, run_id)
    shared.write_text(run.writer.name)
    return run


def is_writer_of(store: Store, run_id: str, name: str) -> bool:
    """Tell whether a run has a further writer of this name."""
    return bool(name) and name in store.layout.writers(run_id)


def end(store: Store, record: RunRecord, status: str | None) -> None:
    """End a run from outside: one that no process holds, or one whose process is gone.

    Args:
        store: the store.
        record: the run.
        status: finished, failed, killed or lost; None means finished, for an open detached run.

    Raises:
        UsageError: it has ended, or how it ended cannot be guessed.
        ConflictError: its process is alive.
    """
    if record.status not in {RunStatus.RUNNING, RunStatus.LOST, RunStatus.UNKNOWN}:
        raise UsageError(f"run {record.handle} has ended: it is {record.status}")
    if _is_detached(store, record.id):
        _end_detached(store, record, status or "finished")
        return
    if record.status is RunStatus.RUNNING:
        pids = _live_pids(store, record.id)
        raise ConflictError(
            f"run {record.handle} is held open by process {', '.join(pids) or 'of another host'}",
            fix="end that process; the run ends with it",
        )
    if status is None:
        raise UsageError(
            f"nobody knows how run {record.handle} ended",
            fix=f"mltrack finish {record.handle} --as lost (or finished, failed, killed)",
        )
    if status == "lost":
        seal_as_lost(store, record.id, read_journals(store, record.id))
        settle(store, record.id)
    else:
        finish(LiveRun.join(store, record.id, opens=True), status)


def _live_pids(store: Store, run_id: str) -> Sequence[str]:
    marks = liveness.marks_in(store.layout.local(run_id)).values()
    return [str(m["pid"]) for m in marks if "pid" in m and liveness.life_of(m) is Life.ALIVE]


def _end_detached(store: Store, record: RunRecord, status: str) -> None:
    """End as the creator does: its journal is taken up again, and run.yaml is written."""
    (store.layout.local(record.id) / SHARED_WRITER).unlink(missing_ok=True)
    writer = Writer(store, record.id, MAIN_WRITER, opens=True)
    finish(LiveRun(store, writer, as_fields(record)), status)
    for name in liveness.marks_in(store.layout.local(record.id)):
        liveness.remove_mark(store.layout.local(record.id), name)
    settle(store, record.id)
