"""Look at every file of a store and say what is wrong with it; nothing is written."""

import itertools
import os
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field

from mltrack.fsck import artifacts, events, machine, registry, runs, sealed, tops, vanished
from mltrack.fsck.entities import REPAIR, Finding, Report, in_order
from mltrack.fsck.events import File
from mltrack.fsck.kinds import Kind
from mltrack.fsck.look import Look
from mltrack.fsck.places import Place, Role, place_of
from mltrack.fsck.runs import Placed
from mltrack.fsck.tree import Found, Shape, names_below, walk
from mltrack.fsck.vanished import Known
from mltrack.progress import Share, nobody
from mltrack.registry.entities import ModelState
from mltrack.store.events import Event
from mltrack.store.layout import CONFIG, GITIGNORE, HIDDEN_FOLDERS, RUN
from mltrack.store.store import Store
from mltrack.tracking.deletion import DELETED

_MAY_BE_FOLDERS = frozenset({Role.ARTIFACT, Role.MACHINE})
_RULES_OF_GIT = frozenset({GITIGNORE, ".gitattributes"})
_MACHINE = frozenset(HIDDEN_FOLDERS) - {"objects"}


@dataclass(slots=True)
class _Check:
    """A check on its way: what was found so far, and how much was looked at."""

    look: Look
    only: frozenset[str]
    progress: Share
    findings: list[Finding] = field(default_factory=list)
    known: dict[str, Known] = field(default_factory=dict)
    runs: int = 0
    events: int = 0
    objects: int = 0
    models: int = 0


def check(store: Store, only: Iterable[str] = (), *, progress: Share = nobody) -> Report:
    """Return all that is wrong with a store.

    Args:
        store: the store; it need not be one's own, nor be writable.
        only: ids of runs; with some, only these and what is said of them is looked at.
        progress: is told how many of the runs were looked at.
    """
    now = _Check(Look.at(store), frozenset(only), progress)
    _runs(now)
    _annotations(now)
    if not now.only:
        _experiments(now)
        _rest(now)
    _objects(now)
    now.findings += _with_git(now)
    return Report(findings=in_order(_without_echoes(now)), checked=_counts(now))


def _with_git(now: _Check) -> list[Finding]:
    """Return what git says, unless it would wait for ever where it reads its rules."""
    told = {finding.path for finding in now.findings}
    strange = [f.path for f in now.findings if f.kind is Kind.STRANGE_FILE]
    rules = [path for path in strange if path.rpartition("/")[2] in _RULES_OF_GIT]
    if rules:
        message = f"git was not asked, for it would wait for {rules[0]}"
        silent = Finding(kind=Kind.GIT_SILENT, path="", message=message)
        return [silent, *vanished.checked(now.look, now.known, ask_git=False)]
    found = list(sealed.checked(now.look, told))
    if not now.only:
        found += vanished.checked(now.look, now.known, ask_git=True)
        found += tops.ignored(now.look)
    return found


def _counts(now: _Check) -> dict[str, int]:
    return {
        "runs": now.runs,
        "models": now.models,
        "events": now.events,
        "objects": now.objects,
    }


def _without_echoes(now: _Check) -> list[Finding]:
    """Leave out what only says again that a file is gone or shut, and runs not asked for."""
    gone = [f for f in now.findings if f.kind is Kind.DELETED_AFTER_COMMIT]
    paths, subjects = {f.path for f in gone}, {f.subject for f in gone}
    shut = {f.path for f in now.findings if f.kind is Kind.UNREADABLE}
    echoes = {
        Kind.RUN_FRAGMENT: lambda f: f"{f.path}/{RUN}" in paths,
        Kind.EVENT_PARENT_MISSING: lambda f: f.subject in subjects,
        Kind.JOURNAL_SHORT: lambda f: f.path in shut,
    }
    return [
        finding
        for finding in now.findings
        if (not now.only or finding.subject in now.only)
        and not (finding.kind in echoes and echoes[finding.kind](finding))
    ]


def _plain(now: _Check, found: Iterable[Found]) -> Iterator[Placed]:
    """Yield the files that can be opened and have a place; tell of everything else."""
    for one in found:
        place = place_of(one.path)
        now.findings += _shape_faults(now.look, one, place)
        if one.is_file and place is not None and _may_read(now.look, one):
            yield Placed(one, place)


def _may_read(look: Look, found: Found) -> bool:
    return os.access(look.root / found.path, os.R_OK)


def _shape_faults(look: Look, found: Found, place: Place | None) -> Iterator[Finding]:
    def told(kind: Kind, message: str, fix: str = "") -> Finding:
        owner = place.owner if place else ""
        return Finding(kind=kind, path=found.path, subject=owner, message=message, fix=fix)

    if found.twin:
        yield told(Kind.CASE_CLASH, f"beside it stands {found.twin!r}")
    if found.shape is Shape.LINK:
        yield told(Kind.SYMLINK, "it is a symbolic link, which is never followed", REPAIR)
    elif found.shape is Shape.OTHER:
        yield told(Kind.STRANGE_FILE, "it is no file, folder or link", REPAIR)
    elif found.shape is Shape.FOLDER and place and place.role not in _MAY_BE_FOLDERS:
        yield told(Kind.STRANGE_FILE, "it is a folder, in the place of a file", REPAIR)
    elif found.shape is Shape.UNREADABLE:
        yield told(Kind.UNREADABLE, f"it cannot be read: {found.fault}")
    elif found.is_file and place is None:
        yield told(Kind.UNKNOWN_FILE, "no file of a store lies here")
    elif found.is_file and not _may_read(look, found):
        yield told(Kind.UNREADABLE, "it cannot be read: the system does not let you")


def _runs(now: _Check) -> None:
    placed = _plain(now, _walked(now, "runs"))
    total = len(now.only) or len(now.look.present)
    for run_id, files in itertools.groupby(placed, key=lambda file: file.place.owner):
        now.runs += 1
        now.findings += runs.checked(now.look, run_id, list(files))
        now.progress(now.runs, total, "runs")


def _walked(now: _Check, top: str) -> Iterator[Found]:
    """Walk one of the dated folders, or only what belongs to the runs that were asked for."""
    if not now.only:
        yield from walk(now.look.root, top)
        return
    layout = now.look.store.layout
    for run_id in sorted(now.only):
        folders = [layout.writer_folder(run_id, w) for w in ("main", *layout.writers(run_id))]
        for folder in folders:
            yield from walk(now.look.root, folder.relative_to(now.look.root).as_posix())


def _annotations(now: _Check) -> None:
    days = {now.look.store.layout.annotations(run_id) for run_id in now.only}
    tops = [day.relative_to(now.look.root).as_posix() for day in sorted(days)] or ["annotations"]
    for top in tops:
        placed = _plain(now, walk(now.look.root, top))
        for run_id, files in itertools.groupby(placed, key=lambda file: file.place.owner):
            if now.only and run_id not in now.only:
                continue
            by_name, found = _events(now, files)
            now.findings += events.missing_parents(now.look.root, found, by_name)
            cleared = any(event.kind == DELETED for event in found)  # as gc leaves it
            if run_id not in now.look.present and not cleared:
                message = f"it is about the run {run_id}, which is not here"
                now.findings += [
                    Finding(
                        kind=Kind.ANNOTATION_ORPHAN,
                        path=by_name[event.name].path,
                        subject=run_id,
                        message=message,
                    )
                    for event in found
                ]


def _events(now: _Check, files: Iterable[Placed]) -> tuple[dict[str, File], list[Event]]:
    """Check the events of a run or experiment; return all files by name, and what can be read."""
    listed = [File(file.found.path, file.place) for file in files]
    now.events += len(listed)
    found, findings = events.checked(now.look.root, listed)
    now.findings += findings
    return {file.place.inner: file for file in listed}, found


def _experiments(now: _Check) -> None:
    placed = _plain(now, walk(now.look.root, "experiments"))
    for owner, files in itertools.groupby(placed, key=lambda file: file.place.owner):
        by_name, found = _events(now, files)
        known = vanished.known_of(now.look.root, found, by_name)
        now.known[f"experiments/{owner}"] = known


def _rest(now: _Check) -> None:
    """Check the models and everything at the top of the store."""
    names = names_below(now.look.root)
    here = list(_plain(now, _top_files(now.look, names)))
    plain = frozenset(file.found.path for file in here)
    now.findings += tops.checked(now.look, plain)
    states = _models(now, config=CONFIG in plain)
    if CONFIG in plain or not (now.look.root / CONFIG).exists():
        now.findings += registry.checked_index(now.look, states)
    now.findings += machine.checked(now.look)


_KNOWN = frozenset({"runs", "annotations", "experiments", "models", "objects"})


def _top_files(look: Look, names: Sequence[str]) -> Iterator[Found]:
    for name in names:
        found = walk(look.root, name)
        first = next(found, None)
        if first is None or (name in _KNOWN and first.shape is Shape.FOLDER):
            continue
        if name in _MACHINE and first.shape is Shape.FOLDER:
            continue
        yield first
        yield from found


def _models(now: _Check, *, config: bool) -> list[ModelState]:
    stages = registry.stages_of(now.look, config=config)
    states: list[ModelState] = []
    placed = _plain(now, walk(now.look.root, "models"))
    for folder, files in itertools.groupby(placed, key=lambda file: file.place.owner):
        listed = list(files)
        now.models += 1
        own = [f for f in listed if f.place.role is Role.MODEL]
        now.events += len(own)
        found = registry.checked(
            now.look, folder, [File(f.found.path, f.place) for f in own], stages
        )
        now.findings += found.findings
        now.known[f"models/{folder}/events"] = found.known
        states += [found.state] if found.state else []
        now.findings += _version_folders(now.look, folder, listed)
    return sorted(states, key=lambda state: state.name)


def _version_folders(look: Look, model: str, files: Sequence[Placed]) -> Iterator[Finding]:
    versions = dict.fromkeys(f.place.folder for f in files if f.place.folder)
    for path in versions:
        here = [file for file in files if file.place.folder == path]
        kept = {f.place.inner: f.found for f in here if f.place.role is Role.ARTIFACT}
        listed = any(f.place.role is Role.MANIFEST for f in here)
        folder = artifacts.Folder(path=path, subject=model, manifest=listed, files=kept)
        yield from artifacts.checked(look, folder)


def _objects(now: _Check) -> None:
    wanted = now.look.objects if now.only else None
    for file in _plain(now, walk(now.look.root, "objects")):
        digest = file.place.inner
        if file.place.role is Role.OBJECT and (wanted is None or digest in wanted):
            now.objects += 1
            now.findings += artifacts.checked_object(now.look, file.found, digest)
            now.progress(now.objects, len(now.look.objects), "objects")
