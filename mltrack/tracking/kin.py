"""Find the runs whose record names a job or a parent, without reading all of every record."""

from collections.abc import Iterator
from datetime import date, timedelta

from mltrack.errors import MltrackError
from mltrack.store.ids import is_id
from mltrack.store.layout import RUN
from mltrack.store.store import Store
from mltrack.store.yaml_reader import read_bytes
from mltrack.tracking.entities import RunRecord
from mltrack.tracking.reader import load_run

_CLOCKS_DIFFER = timedelta(days=2)
"""No run began so long before its parent, whatever the clocks of their machines said."""


def run_of_job(store: Store, key: str) -> str | None:
    """Return the id of the newest run of a job that is not deleted; None when there is none."""
    return next((r.id for r in _naming(store, "job", key) if not r.deleted), None)


def children_of(store: Store, run_id: str) -> list[RunRecord]:
    """Return the runs that name a run as their parent and are not deleted, oldest first."""
    found = _naming(store, "parent", run_id, since=_earliest(run_id))
    return sorted((r for r in found if not r.deleted), key=lambda r: (r.started, r.id))


def _earliest(run_id: str) -> str:
    try:
        return f"{date.fromisoformat(run_id[:8]) - _CLOCKS_DIFFER:%Y%m%d}"
    except (ValueError, OverflowError):
        return ""


def _naming(store: Store, key: str, value: str, since: str = "") -> Iterator[RunRecord]:
    """Yield the runs whose record has a value under a key, newest first."""
    line, stands_there = f"\n{key}: ".encode(), value.encode() if is_id(value) else b""
    for run_id, _ in store.layout.runs():
        if run_id < since:
            return
        try:
            data = read_bytes(store.layout.run_folder(run_id) / RUN)
            if line not in data or stands_there not in data:
                continue
            record = load_run(store, run_id)
        except MltrackError:
            continue
        if getattr(record, key) == value:
            yield record
