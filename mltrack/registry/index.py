"""registry.yaml: models, versions and stages on one page, for people and scripts."""

import re
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any

from mltrack.errors import ConflictError, MltrackError
from mltrack.registry.entities import ModelState, Version
from mltrack.registry.reader import list_models
from mltrack.store import git
from mltrack.store.atomic import write_file
from mltrack.store.locks import locked
from mltrack.store.plain import read_plain
from mltrack.store.store import Store
from mltrack.store.yaml_writer import dump

FORMAT = 1
_COMMENT = """\
Written by mltrack from the events below models/, and never read by it: edit nothing here.
Garbage or conflict markers do no harm; this mends them: mltrack registry index"""
_FORMAT = re.compile(rb"(?:#[^\n]*\n)*format: ([0-9]{1,9})\r?\n")
_HEAD_BYTES = 4096
_USUAL_BRANCHES = ("main", "master")


def encode(models: Iterable[ModelState]) -> bytes:
    """Return the bytes of registry.yaml: sorted, and the same for the same models."""
    table = {state.name: _model(state) for state in sorted(models, key=lambda s: s.name)}
    return dump({"format": FORMAT, "models": table}, comment=_COMMENT)


def _model(state: ModelState) -> dict[str, Any]:
    references = {version.id: _reference(version) for version in state.versions}
    versions = sorted(state.versions, key=lambda v: (v.number or v.proposed, v.id))
    owner = state.fields.get("owner")
    contested = {
        stage: sorted(map(str, (references[v] for v in found)))
        for stage, found in sorted(state.contested.items())
    }
    return {
        **({"owner": owner} if owner else {}),
        "stages": {stage: references[v] for stage, v in sorted(state.holders.items())},
        **({"contested": contested} if contested else {}),
        "aliases": {alias: references[v] for alias, v in sorted(state.aliases.items())},
        "versions": [_version(version) for version in versions],
    }


def _reference(version: Version) -> int | str:
    return version.number if version.number is not None else version.id


def _version(version: Version) -> dict[str, Any]:
    return {
        "number": version.number,
        "id": version.id,
        "stage": version.stage,
        "digest": version.digest,
        "run": version.source.run,
    }


def write(store: Store) -> bool:
    """Write registry.yaml anew, and tell whether that changed it.

    Raises:
        StoreWriteError: the disk refused.
    """
    store.prepare()
    path = store.layout.registry_index
    with locked(store.layout.lock("registry")):
        data = encode(list_models(store).models)
        if _holds(path, data):
            return False
        _refuse_newer(path)
        write_file(path, data, tmp=store.layout.tmp, sync=store.syncs)
    return True


def _refuse_newer(path: Path) -> None:
    """Refuse to write over an index of a newer format; anything else that is there is garbage."""
    try:
        match = _FORMAT.match(read_plain(path)[:_HEAD_BYTES])
    except OSError:
        return
    if match and int(match[1]) > FORMAT:
        raise ConflictError(
            f"{path} is of format {int(match[1])}, newer than this mltrack writes",
            fix="pip install --upgrade mltrack-local",
        )


def is_stale(store: Store, models: Sequence[ModelState]) -> bool:
    """Tell whether registry.yaml is written on this branch and is not what the models are now."""
    path = store.layout.registry_index
    if _holds(path, encode(models)) or not (models or path.exists()):
        return False
    return belongs_here(store)


def _holds(path: Path, data: bytes) -> bool:
    try:
        return read_plain(path) == data
    except OSError:
        return False


def refresh(store: Store) -> tuple[str, ...]:
    """Write registry.yaml where it belongs to this branch; return what kept it from being written.

    The events are the truth: that they are written is not undone because their index is not.
    """
    if not belongs_here(store):
        return ()
    try:
        write(store)
    except MltrackError as error:
        return (f"registry.yaml is stale: {error.message}; mend it: mltrack registry index",)
    return ()


def belongs_here(store: Store, *, configured: str | None = None) -> bool:
    """Tell whether registry.yaml is written on the branch that is checked out, if there is one.

    Args:
        store: the store.
        configured: what `index_branch:` says, if not what it says here.
    """
    if configured is None:
        configured = store.settings["index_branch"]
    top = git.top_level(store.project)
    if top is None:
        return True
    current = git.current_branch(top)
    wanted = git.index_branch(top, configured)
    if current is None:
        return False
    return current == wanted or (wanted is None and current in _USUAL_BRANCHES)
