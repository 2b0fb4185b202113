"""Find the run whose record names a job, without reading all of every record."""

from collections.abc import Iterator

from mltrack.errors import MltrackError
from mltrack.store.layout import RUN
from mltrack.store.store import Store
from mltrack.store.yaml_reader import read_bytes
from mltrack.store.yaml_writer import dump
from mltrack.tracking.entities import RunRecord
from mltrack.tracking.reader import load_run


def run_of_job(store: Store, key: str) -> str | None:
    """Return the id of the newest run of a job that was not removed; None when there is none."""
    return next((run for run in _naming(store, "job", key) if is_here(store, run)), None)


def is_here(store: Store, run_id: str) -> bool:
    """Tell whether a run is here and was not removed; a run of which nobody spoke was not."""
    if not (store.layout.run_folder(run_id) / RUN).exists():
        return False
    try:
        names = [path.name for path in store.layout.annotations(run_id).iterdir()]
    except OSError:
        return True
    if not any(name.startswith(f"{run_id}.") for name in names):
        return True
    record = _record(store, run_id)
    return record is not None and not record.deleted


def _record(store: Store, run_id: str) -> RunRecord | None:
    try:
        return load_run(store, run_id)
    except MltrackError:
        return None


def _naming(store: Store, key: str, value: str) -> Iterator[str]:
    """Yield the ids of the runs whose record has a value under a key, newest first."""
    line = b"\n" + dump({key: value})
    for run_id, _ in store.layout.runs():
        try:
            data = read_bytes(store.layout.run_folder(run_id) / RUN)
        except MltrackError:
            continue
        if line in data:
            yield run_id
