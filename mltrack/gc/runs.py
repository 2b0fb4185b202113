"""Which deleted runs can go: those whose deletion is old and known wherever the run is."""

import os
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import NamedTuple

from mltrack.errors import MltrackError
from mltrack.gc.entities import Item, Kind, Spared
from mltrack.gc.repository import Repository
from mltrack.gc.sight import Sight, lives_in
from mltrack.gc.tips import AtTips, seen_at, tips_of
from mltrack.registry.reader import list_models
from mltrack.store import clock, liveness
from mltrack.store.events import Event, read_folder
from mltrack.store.ids import is_id
from mltrack.store.layout import METRICS, Layout
from mltrack.store.store import Store
from mltrack.tracking.annotations import prefix_of
from mltrack.tracking.deletion import deletions_that_hold
from mltrack.tracking.entities import RunRecord
from mltrack.tracking.reader import load_run


class _Candidate(NamedTuple):
    """A run that is deleted here, and the deletions that hold."""

    record: RunRecord
    deletions: tuple[Event, ...]


class Found(NamedTuple):
    """The deleted runs that can go, and those that stay."""

    items: list[Item]
    spared: list[Spared]


def removable_runs(
    store: Store,
    repository: Repository | None,
    *,
    before: float,
    elsewhere: Iterable[Path] = (),
    named: Iterable[str] = (),
) -> Found:
    """Return the runs that are deleted wherever they are known and whose deletion is old.

    Args:
        store: the store.
        repository: the repository to be asked; None where there is none.
        before: the moment before which they were deleted.
        elsewhere: the same store in other work trees.
        named: the runs that events of models in any work tree name.

    Raises:
        GitError: git did not answer.
    """
    found = Found([], [])
    candidates = [c for c in _deleted(store) if _moment(c) < before]
    if not candidates:
        return found
    tips = tips_of(repository) if repository else {}
    runs = [candidate.record.id for candidate in candidates]
    at_tips = seen_at(repository, tips, runs) if repository else AtTips({}, {})
    in_use = _in_use(store) | dict.fromkeys(set(named) & set(runs), "a version of a model is of it")
    for candidate in candidates:
        run = candidate.record.id
        why = in_use.get(run) or _lives(store.layout, candidate, tips, at_tips)
        why = why or _lives_beside(store.layout, candidate, elsewhere)
        if why:
            found.spared.append(Spared(run=run, why=why))
        else:
            found.items.append(_item(store, candidate))
    return found


def _deleted(store: Store) -> Iterator[_Candidate]:
    """Yield the runs that are deleted; only those of which something was said are read."""
    for run_id in _annotated(store.layout):
        try:
            record = load_run(store, run_id)
        except MltrackError:
            continue
        deletions = _standing(store.layout, record) if record.deleted else []
        if deletions and not _is_held(store, run_id):
            yield _Candidate(record, tuple(deletions))


def _annotated(layout: Layout) -> Iterator[str]:
    """Yield the runs of which something was said, newest first."""
    for day in layout.days("annotations"):
        found = {name.partition(".")[0] for name in _names_in(day, "")}
        yield from sorted(filter(is_id, found), reverse=True)


def _standing(layout: Layout, record: RunRecord) -> list[Event]:
    found = read_folder(layout.annotations(record.id), prefix=prefix_of(record.id))
    return [] if found.faults else deletions_that_hold(found.events, record.seen)


def is_deleted(store: Store, record: RunRecord) -> bool:
    """Tell whether a deletion of a run holds at this moment."""
    return bool(_standing(store.layout, record))


def _is_held(store: Store, run_id: str) -> bool:
    return bool(liveness.not_gone(liveness.marks_in(store.layout.local(run_id))))


def _moment(candidate: _Candidate) -> float:
    """Return the last moment that a deleted run tells of: of its end, or of its deletion."""
    record = candidate.record
    ended = (record.ended or record.started).timestamp()
    said = [clock.seconds_from_text(event.time) for event in candidate.deletions]
    return max(ended, record.started.timestamp(), *said)


def _in_use(store: Store) -> dict[str, str]:
    """Return the runs that versions come from, and what to say of them."""
    return {
        version.source.run: f"{version.uri} is of it"
        for model in list_models(store).models
        for version in model.versions
        if version.source.run is not None
    }


def _lives(layout: Layout, candidate: _Candidate, tips: Mapping[str, str], at_tips: AtTips) -> str:
    """Return where in git a run is not deleted, or an empty text."""
    run = candidate.record.id
    if run in at_tips.registered:
        return f"a version of a model on {at_tips.registered[run]} is of it"
    here, names = sight_of(layout, run), _file_names(candidate)
    for tip, name in tips.items():
        there = at_tips.sights.get((run, tip))
        if there is not None and lives_in(there, here, names):
            return f"it is not deleted on {name}"
    return ""


def _lives_beside(layout: Layout, candidate: _Candidate, elsewhere: Iterable[Path]) -> str:
    """Return in which other work tree a run is not deleted, or an empty text."""
    run = candidate.record.id
    here, names = sight_of(layout, run), _file_names(candidate)
    for root in elsewhere:
        if lives_in(sight_of(Layout(root), run), here, names):
            return f"it is not deleted in {root.parent}"
    return ""


def _file_names(candidate: _Candidate) -> list[str]:
    return [f"{candidate.record.id}.{event.name}.yaml" for event in candidate.deletions]


def sight_of(layout: Layout, run_id: str) -> Sight:
    """Return what the files of a store show of a run."""
    said = _names_in(layout.annotations(run_id), f"{run_id}.")
    folders = [run_id, *_names_in(layout.run_folder(run_id).parent, f"{run_id}+")]
    paths = {name: layout.run_folder(run_id).with_name(name) for name in folders}
    return Sight(
        frozenset(said), {name: _size_of(p / METRICS) for name, p in paths.items() if p.is_dir()}
    )


def _names_in(folder: Path, prefix: str) -> list[str]:
    try:
        return sorted(name for name in os.listdir(folder) if name.startswith(prefix))  # noqa: PTH208 - names
    except OSError:
        return []


def _size_of(path: Path) -> int:
    try:
        return path.lstat().st_size
    except OSError:
        return 0


def _item(store: Store, candidate: _Candidate) -> Item:
    """Return a run as what can go: its further writers first, so that it is listed to the end."""
    run, layout = candidate.record.id, store.layout
    writers = [layout.writer_folder(run, writer) for writer in layout.writers(run)]
    paths = (*writers, layout.run_folder(run), layout.local(run))
    return Item(
        kind=Kind.RUN,
        name=run,
        size_bytes=sum(size_below(path) for path in paths),
        since=_moment(candidate),
        paths=paths,
    )


def size_below(path: Path) -> int:
    """Return the bytes of a file, or of all files below a folder."""
    if not path.is_dir() or path.is_symlink():
        return _size_of(path)
    return sum(_size_of(Path(top, name)) for top, _, names in os.walk(path) for name in names)
