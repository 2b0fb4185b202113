"""Which files of a store belong to a run, as git or another store would take them."""

import re
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

from mltrack.errors import IntegrityError
from mltrack.store.layout import ARTIFACTS, GITIGNORE, refuse_links
from mltrack.store.manifest import read_manifest
from mltrack.store.store import Store
from mltrack.tracking.annotations import prefix_of
from mltrack.tracking.entities import RunRecord, RunStatus
from mltrack.tracking.journals import writers_of

_FILE = re.compile(r"[A-Za-z0-9_][A-Za-z0-9._-]{0,99}\Z")
_LIVE = frozenset({RunStatus.RUNNING, RunStatus.UNKNOWN})


class Gathered(NamedTuple):
    """The files of a run.

    Attributes:
        files: of its writers with their artifacts, what was said of it, and of its experiment.
        large: its artifacts among the objects.
        missing: the artifacts that are not on this machine.
    """

    files: set[Path]
    large: set[Path]
    missing: list[str]


def gathered(store: Store, record: RunRecord, *, objects: bool) -> Gathered:
    """Return the files of a run.

    Args:
        store: the store.
        record: the run.
        objects: look for its large files too.

    Raises:
        IntegrityError: it may still be written to, or a file of it is not sound.
    """
    try:
        folders = [store.layout.writer_folder(record.id, w) for w in writers_of(store, record.id)]
        if _is_live(record, folders):
            raise IntegrityError("it has not ended, or its end is not sealed")
        found = Gathered(set(map(_sound, _files_of(store, record, folders))), set(), [])
        for folder in folders:
            _add_artifacts(store, folder, found, objects=objects)
    except OSError as error:
        raise IntegrityError(f"{error.filename} cannot be read: {error.strerror}") from error
    return found


def _is_live(record: RunRecord, folders: list[Path]) -> bool:
    return record.status in _LIVE or any((folder / GITIGNORE).exists() for folder in folders)


def _files_of(store: Store, record: RunRecord, folders: list[Path]) -> Iterator[Path]:
    for folder in folders:
        yield from (p for p in folder.iterdir() if _FILE.match(p.name) and p.name != ARTIFACTS)
    yield from store.layout.annotations(record.id).glob(f"{prefix_of(record.id)}*.yaml")
    yield from store.layout.experiment(record.experiment_id).glob("*.yaml")


def _sound(path: Path) -> Path:
    if not refuse_links(path).is_file():
        raise IntegrityError(f"{path} is no plain file")
    return path


def _add_artifacts(store: Store, folder: Path, found: Gathered, *, objects: bool) -> None:
    for entry in read_manifest(folder).values():
        if not entry.inline and not objects:
            continue
        inline = folder / ARTIFACTS / entry.path
        path = inline if entry.inline else store.layout.object(entry.sha256)
        if not refuse_links(path).is_file():
            found.missing.append(entry.path)
        else:
            (found.files if entry.inline else found.large).add(path)
