"""End a run: fold its rows into run.yaml, and let git see it once nobody writes."""

import contextlib
from typing import Any

from mltrack.errors import MltrackError
from mltrack.store import clock, liveness
from mltrack.store.atomic import built_folder
from mltrack.store.ids import digest_name
from mltrack.store.journal import Row, encode_row
from mltrack.store.layout import METRICS
from mltrack.store.liveness import Life
from mltrack.store.store import Store, show_to_git
from mltrack.tracking import codec, starting
from mltrack.tracking.fold import Folded, Journal, fold
from mltrack.tracking.journals import read_journals, writers_of
from mltrack.tracking.live import LiveRun


def finish(run: LiveRun, status: str = "finished", *, error: str = "") -> None:
    """End this process's part of a run; the creator's and a resumer's end is the run's end.

    Args:
        run: the run.
        status: finished, failed or killed.
        error: what ended it, in one line.
    """
    if run.writer.is_closed:
        return
    fields = run.fields
    run.end(status, error=error)
    with contextlib.suppress(MltrackError, OSError), run.drops.counted(1):
        if fields is not None:
            folded = fold(read_journals(run.store, run.id))
            starting.rewrite(run.store, run.id, sealed(fields, folded, dropped=run.drops.total))
        settle(run.store, run.id)


def sealed(fields: dict[str, Any], folded: Folded, *, dropped: int = 0) -> dict[str, Any]:
    """Return the fields of a run.yaml whose run has ended."""
    ended_time = folded.ended_time if folded.ended_time is not None else clock.now()
    final = {
        **fields,
        "name": folded.name or fields["name"],
        "status": folded.ended or "finished",
        "ended": clock.to_text(ended_time),
        "params": {**fields["params"], **folded.params},
        "tags": {**fields["tags"], **folded.tags},
        "metrics": {
            name: codec.summary_fields(s.last, s.last_step, s.min, s.max, s.count)
            for name, s in sorted(folded.metrics.items())
        },
        "seen": folded.seen,
    }
    extra = {"dropped": dropped, "error": folded.error}
    return final | {key: value for key, value in extra.items() if value}


def settle(store: Store, run_id: str) -> None:
    """Let git see a run that nobody writes to any more, marked lost if nobody ended it."""
    marks = liveness.marks_in(store.layout.local(run_id))
    if any(liveness.life_of(mark) is not Life.GONE for mark in marks.values()):
        return
    if any(mark.get("opens") for mark in marks.values()):
        journals = read_journals(store, run_id)
        if store.layout.run_folder(run_id).exists() and fold(journals).ended is None:
            seal_as_lost(store, run_id, journals)
    for writer in writers_of(store, run_id):
        with contextlib.suppress(OSError):
            show_to_git(store.layout.writer_folder(run_id, writer))
    for writer in marks:
        liveness.remove_mark(store.layout.local(run_id), writer)
    liveness.forget_open(store.root / "local", run_id)


def settle_all(store: Store) -> None:
    """Settle every run of this machine whose processes are gone; called before a run begins."""
    for run_id in liveness.open_runs(store.root / "local"):
        with contextlib.suppress(MltrackError, OSError):
            settle(store, run_id)


def seal_as_lost(store: Store, run_id: str, journals: list[Journal]) -> None:
    """Say that a run ended without a word, in bytes that depend on the run alone.

    Raises:
        StoreWriteError: the disk refused, or it was said already.
    """
    writer = digest_name(f"lost\n{run_id}")
    rows = [row for journal in journals for row in journal.rows if row]
    times = [row["time"] for row in rows if isinstance(row.get("time"), int | float)]
    last_sign = max(times, default=0.0)
    seen = {journal.writer: len(journal.rows) for journal in journals if journal.rows}
    lines: list[Row] = [
        {"writer": writer, "opens": True, "seen": seen, "time": last_sign},
        {"ended": "lost", "time": last_sign},
    ]
    target = store.layout.writer_folder(run_id, writer)
    if target.exists():
        return
    with built_folder(target, tmp=store.layout.tmp, sync=store.syncs) as folder:
        (folder / METRICS).write_bytes(b"".join(encode_row(row) for row in lines))
