"""End a run: fold its rows into run.yaml, and let git see it once nobody writes."""

import contextlib
from collections.abc import Collection, Mapping, Sequence
from pathlib import Path
from typing import Any

from mltrack.errors import MltrackError, StoreWriteError
from mltrack.store import clock, liveness
from mltrack.store.atomic import built_folder, write_file
from mltrack.store.ids import MAIN_WRITER, digest_name, handle_of
from mltrack.store.journal import Row, encode_row
from mltrack.store.journal_reader import TextDigest, text_digest
from mltrack.store.layout import MANIFEST, METRICS, PACKAGES, PATCH, RUN
from mltrack.store.liveness import Life
from mltrack.store.store import Store, show_to_git
from mltrack.tracking import codec, notices
from mltrack.tracking.fold import Folded, Journal, fold, last_sign
from mltrack.tracking.journals import read_journals, writers_of
from mltrack.tracking.live import LiveRun
from mltrack.tracking.starting import Made

SHARED_WRITER = "shared-writer"
"""The file in `local/<run-id>/` that names the writer which calls of the shell share."""
MAX_RUN_BYTES = 4 * 1024 * 1024
COVERED = (METRICS, PACKAGES, PATCH, MANIFEST)
"""The creator's other texts: none of them changes once the record tells the end."""
_WHERE_THERE_IS_ONE = frozenset({"inputs", "error", "traceback"})


def finish(run: LiveRun, status: str = "finished", *, error: str = "", traceback: str = "") -> None:
    """End this process's part of a run; the creator's and a resumer's end is the run's end.

    Args:
        run: the run.
        status: finished, failed or killed.
        error: what ended it, in one line.
        traceback: where that came from, without secrets and paths of this machine.

    Raises:
        StoreWriteError: the disk refused, and the setting `strict` is on.
    """
    if run.writer.is_closed:
        return
    made, told = run.made, False
    try:
        told = run.end(status, error=error, traceback=traceback)
        if made is not None:
            ending = {"status": status, "error": error, "traceback": traceback}
            with run.drops.counted(0):
                _write_final(run, made, ending, told=told)
                run.writer.unmark()
                told = True
    finally:
        _say_what_is_missing(run, told=told)
        with contextlib.suppress(MltrackError, OSError):
            settle(run.store, run.id)


def _say_what_is_missing(run: LiveRun, *, told: bool) -> None:
    handle = handle_of(run.id)
    if run.writer.opens and run.is_kept and not told:
        notices.say(f"the end of run {handle} could not be written, so it will be listed as lost")
    if run.drops.total:
        notices.say(f"run {handle} has ended; {run.drops.total} log calls were lost")


def _write_final(run: LiveRun, made: Made, word: Mapping[str, str], *, told: bool) -> None:
    """Write what all rows say into run.yaml.

    Where the journal tells the end, which has reached the disk, a power cut may bring the record of
    a run that is still written back: readers then fold the journal, as they do of any such run.
    """
    store = run.store
    path = store.layout.run_folder(run.id) / RUN
    fields = {**_of_others(path, made), **made.fields}
    texts = _texts(run)
    folded, writing = _folded(run, texts)
    ending = {**word, "ended": clock.to_text(clock.now())}
    final = _summed_up({**fields, **ending}, folded, writing)
    dropped = max(folded.dropped, run.drops.total)
    digests = {name: digest.sha256 for name, digest in texts.items()}
    covered = {"digests": digests} if digests else {}
    data = codec.encode({**final, **({"dropped": dropped} if dropped else {}), **covered})
    if len(data) > MAX_RUN_BYTES:  # what is left out is read from the journals
        end = {key: final[key] for key in ("status", "ended")}
        data = codec.encode({**fields, **end, **covered})
    write_file(path, data, tmp=store.layout.tmp, sync=store.syncs, sync_name=not told)


def _folded(run: LiveRun, texts: Mapping[str, TextDigest]) -> tuple[Folded, set[str]]:
    """Return what all rows of a run say, and which other writers go on writing.

    The journals are read, unless the creator wrote alone and knows what it wrote: in a run of a
    million points that is most of what its end costs.
    """
    store = run.store
    here, writing = set(writers_of(store, run.id)), _still_writing(store, run.id)
    own = run.tally.folded(texts[METRICS].lines) if METRICS in texts and len(here) == 1 else None
    if own is not None:
        return own, writing - {run.writer.name}
    folded = fold(read_journals(store, run.id))
    came = set(writers_of(store, run.id)) - here  # who was asked for first may have ended since
    return folded, (writing | came) - {run.writer.name}


def _texts(run: LiveRun) -> dict[str, TextDigest]:
    """Return the digests of the creator's texts; who had to leave that folder vouches for none."""
    folder, found = run.store.layout.run_folder(run.id), {}
    for name in COVERED if run.writer.name == MAIN_WRITER else ():
        with contextlib.suppress(OSError):
            found[name] = text_digest(folder / name)
    return found


def _of_others(path: Path, made: Made) -> dict[str, Any]:
    """Return the keys that somebody else has put into the record meanwhile; they are kept."""
    try:
        data = path.read_bytes()
        if data == made.record:
            return {}
        found = codec.fields_to_rewrite(data, str(path))
    except (MltrackError, OSError, ImportError):  # it was taken away, or nothing here reads YAML
        return {}
    return {key: value for key, value in found.items() if key not in codec.KNOWN}


def _summed_up(fields: Mapping[str, Any], folded: Folded, writing: set[str]) -> dict[str, Any]:
    """Return the fields of a run.yaml with what the rows say.

    Args:
        fields: the fields so far, and how the run ended where no row says it.
        folded: what the rows of all writers say.
        writing: the writers that go on writing, whose rows are not all seen.
    """
    final = {
        **fields,
        "name": folded.name or fields["name"],
        "params": {**(fields.get("params") or {}), **folded.params},
        "tags": {**(fields.get("tags") or {}), **folded.tags},
        "metrics": {n: codec.summary_fields(s) for n, s in sorted(folded.metrics.items())},
        "inputs": {**(fields.get("inputs") or {}), **folded.inputs},
        "seen": {w: rows for w, rows in folded.seen.items() if w not in writing},
    }
    ending = folded.ending
    if ending.status is not None and ending.time is not None:
        ended = clock.to_text(ending.time)
        final |= {"status": ending.status, "ended": ended}
        final |= {"error": ending.error, "traceback": ending.traceback}
    return {k: v for k, v in final.items() if v or k not in _WHERE_THERE_IS_ONE}


def _still_writing(store: Store, run_id: str) -> set[str]:
    """Return the writers, or those whose mark is not known to be of a process that is gone."""
    marks = liveness.marks_in(store.layout.local(run_id))
    return {name.partition(".")[0] for name in liveness.not_gone(marks)}


def settle(store: Store, run_id: str) -> None:
    """Let git see a run that nobody writes to any more, marked lost if nobody ended it.

    Raises:
        StoreWriteError: the disk refused.
    """
    local = store.layout.local(run_id)
    marks = liveness.marks_in(local)
    if liveness.not_gone(marks):
        return
    if any(mark.get("opens") for mark in marks.values()):
        seal_as_lost(store, run_id)
    for writer in writers_of(store, run_id):
        with contextlib.suppress(OSError):
            show_to_git(store.layout.writer_folder(run_id, writer))
    for writer in marks:
        liveness.remove_mark(local, writer)
    with contextlib.suppress(OSError):
        (local / SHARED_WRITER).unlink(missing_ok=True)
    liveness.forget_open(store.root / "local", run_id)


def settle_all(store: Store) -> None:
    """Settle every run of this machine whose processes are gone; every write begins with it."""
    for run_id in liveness.open_runs(store.root / "local"):
        with contextlib.suppress(MltrackError, OSError):
            settle(store, run_id)


def settle_by_word(store: Store, run_id: str) -> None:
    """Settle a run of which somebody said that its writers are gone; those alive here are not."""
    local = store.layout.local(run_id)
    for writer, mark in liveness.marks_in(local).items():
        if liveness.life_of(mark) is not Life.ALIVE:
            liveness.remove_mark(local, writer)
    settle(store, run_id)


def seal_as_lost(store: Store, run_id: str) -> None:
    """Say that a run ended without a word, where it did, in bytes that depend on its rows alone.

    It speaks for those who said nothing; what others said of the end goes on to count.

    Raises:
        StoreWriteError: the disk refused.
    """
    journals = read_journals(store, run_id)
    silent = fold(journals).ending.silent
    if not store.layout.run_folder(run_id).exists() or not silent:
        return
    writer, rows = _lost(run_id, journals, silent)
    target = store.layout.writer_folder(run_id, writer)
    try:
        with built_folder(target, tmp=store.layout.tmp, sync=store.syncs) as folder:
            (folder / METRICS).write_bytes(b"".join(encode_row(row) for row in rows))
    except StoreWriteError:
        if not target.exists():  # else another process has just said the same
            raise


def _lost(
    run_id: str, journals: Sequence[Journal], silent: Collection[str]
) -> tuple[str, list[Row]]:
    """Return the writer that says a run was lost, named after what it says, and its rows."""
    time = last_sign(journals)
    seen = {journal.writer: len(journal.rows) for journal in journals if journal.writer in silent}
    opening: Row = {"opens": True, "seen": seen, "time": time}
    writer = digest_name(f"lost\n{run_id}\n{encode_row(opening).decode()}")
    return writer, [{"writer": writer, **opening}, {"ended": "lost", "time": time}]
