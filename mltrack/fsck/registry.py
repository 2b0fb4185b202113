"""Check the models of a store: their events, what these say together, and what they name."""

import shlex
from collections.abc import Iterator, Mapping, Sequence
from typing import NamedTuple

from mltrack.errors import MltrackError
from mltrack.fsck import artifacts, events
from mltrack.fsck.entities import REPAIR, Finding
from mltrack.fsck.events import File
from mltrack.fsck.kinds import Kind
from mltrack.fsck.look import Look
from mltrack.fsck.vanished import Known, known_of
from mltrack.models import manifest
from mltrack.registry import index
from mltrack.registry import stages as stages_
from mltrack.registry.decoding import decode_all
from mltrack.registry.entities import ModelState, Version
from mltrack.registry.fold import fold
from mltrack.registry.stages import Stages
from mltrack.store.events import Events
from mltrack.store.layout import ARTIFACTS
from mltrack.store.manifest import Entry
from mltrack.store.settings import resolve
from mltrack.store.yaml_reader import read_bytes


class Checked(NamedTuple):
    """What is wrong with a model, the model as its events tell it, and which events these are."""

    findings: list[Finding]
    state: ModelState | None
    known: Known


def stages_of(look: Look, *, config: bool) -> Stages:
    """Return the stages of a store, or the usual ones where its config.yaml is no help."""
    if config:
        try:
            return stages_.from_settings(look.store.settings)
        except MltrackError:
            pass
    return stages_.from_settings(resolve(store=None))


def checked(look: Look, folder: str, files: Sequence[File], stages: Stages) -> Checked:
    """Return what is wrong with one model, given the plain files of its events."""
    found, findings = events.checked(look.root, files)
    by_name = {file.place.inner: file for file in files}
    decoded, warnings = decode_all(found, folder, stages)
    meant = {one.event.name for one in decoded}
    senseless = [event for event in found if event.name not in meant]
    findings += [
        _malformed(by_name[event.name], line)
        for event, line in zip(senseless, warnings, strict=True)
    ]
    state = fold(Events(events=tuple(found)), folder=folder, stages=stages)
    findings += _contests(folder, state)
    for version in state.versions:
        findings += _version(look, version, by_name[version.event].path)
    return Checked(findings, state if state.versions else None, known_of(look.root, found, by_name))


def _malformed(file: File, line: str) -> Finding:
    return Finding(
        kind=Kind.EVENT_MALFORMED,
        path=file.path,
        subject=file.place.owner,
        message=line,
        fix=REPAIR,
    )


def _contests(folder: str, state: ModelState) -> Iterator[Finding]:
    def told(kind: Kind, message: str, fix: str) -> Finding:
        path = f"models/{folder}/events"
        return Finding(kind=kind, path=path, subject=folder, message=message, fix=fix)

    for stage, ids in state.contested.items():
        message = f"{stage} of {state.name} is contested between {_labels(state, ids)}"
        fix = (
            f"mltrack registry resolve {shlex.quote(f'{state.name}@{stage}')} --keep VERSION -m WHY"
        )
        yield told(Kind.STAGE_CONTESTED, message, fix)
    for alias, ids in state.contested_aliases.items():
        message = f"the alias {alias} of {state.name} is given to {_labels(state, ids)}"
        fix = f"mltrack registry resolve {shlex.quote(f'{state.name}@{alias}')} --keep VERSION"
        yield told(Kind.ALIAS_CONTESTED, message, fix)
    for number, ids in state.contested_numbers.items():
        message = f"{len(ids)} versions of {state.name} are v{number}: {', '.join(ids)}"
        fix = f"mltrack registry resolve {shlex.quote(state.name)}"
        yield told(Kind.NUMBER_DOUBLE, message, fix)


def _labels(state: ModelState, ids: Sequence[str]) -> str:
    return ", ".join(state.version(version_id).label for version_id in ids)


def _version(look: Look, version: Version, path: str) -> Iterator[Finding]:
    def told(kind: Kind, message: str, fix: str = "") -> Finding:
        words = f"{version.model} {version.label}: {message}"
        return Finding(kind=kind, path=path, subject=version.folder, message=words, fix=fix)

    run = version.source.run
    if run is not None and run not in look.runs:
        yield told(
            Kind.VERSION_MISSING,
            f"the run {run} is not here",
            "merge the branch that has it, or mltrack import the store that has it",
        )
        return
    kept = _kept(look, version)
    listed = [e for e in kept.get(manifest.NAME, ()) if e[1].sha256 == version.digest]
    if manifest.NAME not in kept:
        yield told(Kind.VERSION_MISSING, f"there is no model at {version.source.path!r}")
    elif not listed:
        found = kept[manifest.NAME][0][1].sha256[:12]
        yield told(
            Kind.VERSION_CHANGED,
            f"its digest is {found}, registered was {version.digest[:12]}",
            "git checkout, or copy it anew",
        )
    elif fault := _package_fault(look, listed[0], kept):
        yield told(Kind.VERSION_CHANGED, fault, "git checkout, or copy it anew")


_Kept = Mapping[str, list[tuple[str, Entry]]]


def _kept(look: Look, version: Version) -> _Kept:
    """Return the files of a version by their path in the package, of each writer that has one."""
    layout, root = look.store.layout, look.root
    if version.source.run is None:
        folders = [layout.model_version(version.folder, version.id)]
    else:
        run = version.source.run
        folders = [layout.writer_folder(run, w) for w in ("main", *layout.writers(run))]
    prefix = f"{version.source.path}/"
    kept: dict[str, list[tuple[str, Entry]]] = {}
    paths = (folder.relative_to(root).as_posix() for folder in folders)
    for folder, entry in artifacts.entries_in(root, paths):
        if entry.path.startswith(prefix):
            kept.setdefault(entry.path[len(prefix) :], []).append((folder, entry))
    return kept


def _package_fault(look: Look, listed: tuple[str, Entry], kept: _Kept) -> str:
    """Return how the files of a package differ from its own list; empty when they do not."""
    folder, entry = listed
    place = look.root / folder / ARTIFACTS / entry.path
    path = place if entry.inline else look.store.layout.object(entry.sha256)
    try:
        data = read_bytes(path) if path.is_file() else b""
        if artifacts.digest_of(data) != entry.sha256:
            return ""  # it is missing or changed, which is told of by itself
        digests = manifest.digests_in(data, path.parent)
    except MltrackError as error:
        return error.message
    for name, sha256 in digests.items():
        if name not in kept:
            return f"it lacks {name!r}"
        if sha256 not in {e.sha256 for _, e in kept[name]}:
            return f"{name!r} is not the file that was saved"
    return ""


def checked_index(look: Look, states: Sequence[ModelState]) -> Iterator[Finding]:
    """Yield whether registry.yaml is written on this branch and is not what the events say."""
    path = look.store.layout.registry_index
    if path.is_symlink() or (path.exists() and not path.is_file()):
        return
    data = path.read_bytes() if path.exists() else None
    if data == index.encode(states) or not (states or data is not None):
        return
    try:
        belongs_here = index.belongs_here(look.store)
    except MltrackError:  # of config.yaml, which is told of by itself
        return
    if belongs_here:
        yield Finding(
            kind=Kind.INDEX_STALE,
            path=path.name,
            message="it is not what the events say",
            fix=f"mltrack registry index, or {REPAIR}",
        )
