"""Go on as a new writer when git, or somebody, took the journal away under a live run."""

from pathlib import Path
from typing import Any

from mltrack.store import liveness
from mltrack.store.atomic import built_folder
from mltrack.store.layout import METRICS, RUN
from mltrack.store.store import hide_from_git
from mltrack.tracking import codec
from mltrack.tracking.writer import Writer


def rehomed(old: Writer, fields: dict[str, Any] | None) -> Writer:
    """Return a new writer that holds every row of `old` which its path no longer leads to.

    Args:
        old: the writer whose journal was unlinked or replaced.
        fields: what run.yaml holds, where `old` is the creator: the run's folder is made again.

    Raises:
        StoreWriteError: the disk refused.
        OSError: the disk refused.
    """
    run_folder = old.store.layout.run_folder(old.run_id)
    if fields is not None and not (run_folder / RUN).exists():
        _make_again(old, run_folder, fields)
    written = old.content()
    still_there = _content_of(old.folder / METRICS)
    missing = written[len(still_there) :] if written.startswith(still_there) else written
    new = Writer.join(old.store, old.run_id, opens=old.opens)
    if missing:
        new.append_lines(missing, missing.count(b"\n"))
    liveness.remove_mark(old.store.layout.local(old.run_id), old.name)
    old.abandon()
    return new


def _content_of(path: Path) -> bytes:
    try:
        return path.read_bytes()
    except OSError:
        return b""


def _make_again(old: Writer, run_folder: Path, fields: dict[str, Any]) -> None:
    if run_folder.exists():
        (run_folder / RUN).write_bytes(codec.encode(fields))
        return
    with built_folder(run_folder, tmp=old.store.layout.tmp) as folder:
        hide_from_git(folder)
        (folder / RUN).write_bytes(codec.encode(fields))
