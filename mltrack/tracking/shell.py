"""Runs that no process holds open: what `mltrack start`, `log` and `finish` write."""

import contextlib
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from mltrack.errors import ConflictError, UsageError
from mltrack.store import liveness
from mltrack.store.atomic import sync_folder, write_file
from mltrack.store.ids import MAIN_WRITER, handle_of
from mltrack.store.layout import GITIGNORE, RUN
from mltrack.store.liveness import Life
from mltrack.store.locks import locked
from mltrack.store.plain import read_plain
from mltrack.store.store import Store
from mltrack.store.yaml_reader import read_bytes
from mltrack.tracking import codec
from mltrack.tracking.ending import SHARED_WRITER, finish, seal_as_lost, settle_by_word
from mltrack.tracking.entities import RunRecord, RunStatus
from mltrack.tracking.live import LiveRun
from mltrack.tracking.starting import Made
from mltrack.tracking.writer import Writer, mark_alive, mark_of

ENDED = frozenset({RunStatus.FINISHED, RunStatus.FAILED, RunStatus.KILLED})


def open_detached(store: Store) -> list[str]:
    """Return the ids of the runs of this machine that no process holds open."""
    local = store.root / "local"
    return [run for run in liveness.open_runs(local) if _detached_writer(store, run)]


def _detached_writer(store: Store, run_id: str) -> str | None:
    """Return the writer that opened a run and that no process holds; None where there is none."""
    marks = liveness.marks_in(store.layout.local(run_id)).items()
    return next((name for name, mark in marks if _is_detached(mark)), None)


def _is_detached(mark: Mapping[str, Any]) -> bool:
    opens = bool(mark.get("opens")) and "pid" not in mark
    return opens and liveness.life_of(dict(mark)) is Life.ALIVE


def reopened(store: Store, run_id: str) -> None:
    """Take a run up again for calls of the shell, unless it is open here.

    Raises:
        StoreWriteError, OSError: the disk refused.
    """
    if not lives_here(store, run_id):
        LiveRun.join(store, run_id, opens=True, held=False).inherit()


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


@contextlib.contextmanager
def one_call(store: Store, run_id: str) -> Iterator[LiveRun]:
    """Give a writer for one call of the shell; the calls share it while the run lives.

    The lock keeps two calls from taking the same step, and the manifest whole. Whoever does not
    get it in time writes alone.

    Raises:
        StoreWriteError, OSError: the disk refused.
    """
    with contextlib.ExitStack() as stack:
        try:
            stack.enter_context(locked(store.layout.lock(run_id)))
            run = _sharing(store, run_id)
        except ConflictError:
            run = LiveRun.join(store, run_id)
        try:
            yield run
        finally:
            finish(run)


def _sharing(store: Store, run_id: str) -> LiveRun:
    """Return a run that goes on with the shared writer, which is begun where there is none.

    The mark is set before the run is seen to live: so whoever ends it meanwhile knows that this
    writer goes on, and does not take for seen what comes after the end.
    """
    name = _shared_name(store, run_id)
    if name is not None:
        mark_alive(store, run_id, mark_of(name), opens=False)
        if lives_here(store, run_id):
            return LiveRun.join(store, run_id, share=name)
        liveness.remove_mark(store.layout.local(run_id), mark_of(name))
    run = LiveRun.join(store, run_id)
    if lives_here(store, run_id):
        path = store.layout.local(run_id) / SHARED_WRITER
        write_file(path, run.writer.name.encode(), tmp=store.layout.tmp, sync=False)
    return run


def _shared_name(store: Store, run_id: str) -> str | None:
    """Return the writer that calls share; None where there is none, or git has it already."""
    try:
        name = read_plain(store.layout.local(run_id) / SHARED_WRITER).decode().strip()
    except (OSError, UnicodeDecodeError):
        return None
    if name not in store.layout.writers(run_id):
        return None
    hidden = store.layout.writer_folder(run_id, name) / GITIGNORE
    return name if hidden.exists() else None


def lives_here(store: Store, run_id: str) -> bool:
    """Tell whether somebody on this machine holds a run open."""
    marks = liveness.marks_in(store.layout.local(run_id)).values()
    return any(mark.get("opens") and liveness.life_of(mark) is Life.ALIVE for mark in marks)


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
    if record.status in ENDED:
        raise UsageError(f"run {record.handle} has ended: it is {record.status}")
    if _detached_writer(store, record.id):
        with locked(store.layout.lock(record.id)):
            _end_detached(store, record, status or "finished")
        return
    if record.status is RunStatus.RUNNING:
        pids = ", ".join(_live_pids(store, record.id))
        raise ConflictError(
            f"run {record.handle} is held open by process {pids or 'of another host'}",
            fix="end that process; the run ends with it",
        )
    if status is None:
        raise UsageError(
            f"nobody knows how run {record.handle} ended",
            fix=f"mltrack finish {record.handle} --as lost (or finished, failed, killed)",
        )
    if status == "lost":
        seal_as_lost(store, record.id)
    else:
        finish(LiveRun.join(store, record.id, opens=True), status)
    settle_by_word(store, record.id)


def _live_pids(store: Store, run_id: str) -> Sequence[str]:
    marks = liveness.marks_in(store.layout.local(run_id)).values()
    return [str(m["pid"]) for m in marks if "pid" in m and liveness.life_of(m) is Life.ALIVE]


def _end_detached(store: Store, record: RunRecord, status: str) -> None:
    """End as whoever opened it does: that journal is taken up again."""
    name = _detached_writer(store, record.id)
    if name is None:
        raise UsageError(f"run {record.handle} has just been ended by somebody else")
    writer = Writer(store, record.id, name, opens=True)
    made = _made(store, record.id) if name == MAIN_WRITER else None
    finish(LiveRun(store, writer, made), status)
    if store.syncs:
        _forget_for_certain(store, record.id)


def _forget_for_certain(store: Store, run_id: str) -> None:
    """Keep a power cut from bringing the mark back: without a process, it says the run is open."""
    local = store.layout.local(run_id)
    for folder in (local, local.parent):
        with contextlib.suppress(OSError):
            sync_folder(folder)


def _made(store: Store, run_id: str) -> Made:
    """Return what the creator knew, who alone writes run.yaml anew."""
    path = store.layout.run_folder(run_id) / RUN
    data = read_bytes(path)
    return Made(codec.fields_to_rewrite(data, str(path)), data, {})
