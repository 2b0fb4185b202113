"""Which files of a store belong to a run, as git or another store would take them."""

import re
from collections.abc import Iterator
from pathlib import Path

from mltrack.store.layout import ARTIFACTS, GITIGNORE
from mltrack.store.manifest import read_manifest
from mltrack.store.store import Store
from mltrack.tracking.annotations import prefix_of
from mltrack.tracking.entities import RunRecord, RunStatus
from mltrack.tracking.journals import writers_of

_FILE = re.compile(r"[A-Za-z0-9_][A-Za-z0-9._-]{0,99}\Z")
_LIVE = frozenset({RunStatus.RUNNING, RunStatus.UNKNOWN})


def is_live(store: Store, record: RunRecord) -> bool:
    """Tell whether somebody may still write to a run."""
    return record.status in _LIVE or any(
        (folder / GITIGNORE).exists() for folder in _folders(store, record)
    )


def files_of(store: Store, record: RunRecord) -> Iterator[Path]:
    """Yield the files of a run: of its writers, what was said of it, and of its experiment.

    Raises:
        IntegrityError: the manifest of a writer cannot be understood.
    """
    for folder in _folders(store, record):
        yield from (p for p in folder.iterdir() if _FILE.match(p.name) and not p.is_dir())
        for entry in read_manifest(folder).values():
            if entry.inline:
                yield folder / ARTIFACTS / entry.path
    yield from store.layout.annotations(record.id).glob(f"{prefix_of(record.id)}*.yaml")
    yield from store.layout.experiment(record.experiment_id).glob("*.yaml")


def objects_of(store: Store, record: RunRecord) -> dict[Path, str]:
    """Return where the large files of a run are, and what each is called in it."""
    entries = (e for folder in _folders(store, record) for e in read_manifest(folder).values())
    return {store.layout.object(e.sha256): e.path for e in entries if not e.inline}


def _folders(store: Store, record: RunRecord) -> list[Path]:
    writers = writers_of(store, record.id)
    return [store.layout.writer_folder(record.id, writer) for writer in writers]
