"""Import another store of mltrack: a folder here or where rsync reaches, or runs in a zip file."""

import contextlib
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import NamedTuple

from mltrack.errors import ConflictError, MltrackError, NotFoundError, UsageError
from mltrack.importers import events, models, objects, remote, runs, strangers, zips
from mltrack.importers.entities import Imported, Request, Tally
from mltrack.importers.objects import Need
from mltrack.importers.telling import told
from mltrack.store.ids import is_experiment_id, is_id
from mltrack.store.layout import STORE_NAME, Layout
from mltrack.store.store import Store
from mltrack.store.yaml_reader import mapping_of
from mltrack.tracking.annotations import prefix_of

NAME = "mltrack"
_FORMAT = 1


def recognises(request: Request) -> bool:
    """Tell whether a source is a store, holds one, is on another machine, or a zip file of runs."""
    here = _root_of(request) is not None or zips.is_zip(request)
    return here or remote.is_remote(request)


def bring(store: Store, request: Request) -> Imported:
    """Import all runs, annotations, experiments and models of another store.

    A union by id: what is here stays, what is missing or has grown comes, and a run that says
    something else than the one here is kept beside it. Doing it again brings nothing twice.

    Raises:
        NotFoundError: there is no store at the source.
        UsageError: the source is this store itself, or no source at all.
        IntegrityError: the source is a zip file that is broken or would do harm.
        ConflictError: the source is of a newer format.
        StoreWriteError: the disk refused; importing again completes what came so far.
    """
    tally = Tally()
    with _opened(store, request) as there:
        _refuse_newer(there.layout, request.source)
        if there.unread:
            tally.skipped.append(f"not all could be read: {there.unread}")
        needs, ids = _bring_runs(store, there.layout, request, tally)
        _bring_annotations(store, there.layout, ids, request, tally)
        _bring_experiments(store, there.layout, request, tally)
        needs += models.bring_all(store, there.layout, request=request, tally=tally)
        warnings = _bring_objects(store, there, needs, request, tally)
    return Imported(
        source=request.source,
        new=tuple(tally.new),
        grown=tuple(tally.grown),
        twins=tuple(tally.twins),
        same=tally.same,
        events=tally.events,
        versions=tally.versions,
        objects=tally.objects,
        skipped=tuple(tally.skipped),
        models=tuple(sorted(tally.models)),
        warnings=warnings,
    )


class _Source(NamedTuple):
    """A store to import: where its files lie, and how to get at objects that do not yet."""

    layout: Layout
    fetch_objects: Callable[[Sequence[str]], None] | None = None
    unread: str = ""
    has_objects: bool = True


@contextmanager
def _opened(store: Store, request: Request) -> Iterator[_Source]:
    if remote.is_remote(request):
        place = remote.Place.parse(request.source)
        request.progress(f"fetching {place}")
        with remote.fetched(store, place) as found:
            yield _Source(found.layout, found.fetch_objects, found.unread)
        return
    if request.path and zips.is_zip(request):
        with zips.unpacked(store, request.path) as packed:
            yield _Source(packed.layout, has_objects=packed.has_objects)
        return
    root = _root_of(request)
    if root is None:
        raise NotFoundError(
            f"there is no store at {request.source}",
            fix="name a folder that holds .mltrack, a zip file of runs, or user@host:path",
        )
    if root.samefile(store.root):
        raise UsageError(
            f"{request.source} is this store itself, so there is nothing to import",
            fix="name another store, or this one's with --store",
        )
    yield _Source(Layout(root))


def _root_of(request: Request) -> Path | None:
    """Return the root of the store that a path names: itself, or `.mltrack` in it."""
    if request.path is None:
        return None
    root = request.path if request.path.name == STORE_NAME else request.path / STORE_NAME
    return root if root.is_dir() and not root.is_symlink() else None


def _refuse_newer(source: Layout, name: str) -> None:
    """Refuse a store of a newer format: what lies where in it is not known.

    Raises:
        ConflictError: it is of one.
    """
    version: object = _FORMAT
    with contextlib.suppress(MltrackError):
        version = mapping_of(strangers.content(source.config), str(source.config)).get("format")
    if isinstance(version, int) and version > _FORMAT:
        raise ConflictError(
            f"{name} is of format {version}, newer than this mltrack knows",
            fix="pip install --upgrade mltrack-local",
        )


def _bring_runs(
    store: Store, source: Layout, request: Request, tally: Tally
) -> tuple[list[Need], dict[str, str]]:
    """Import all runs; return the objects that they need, and the id of each here."""
    needs: list[Need] = []
    ids: dict[str, str] = {}
    found = list(source.runs())
    for run in told(found, "runs", request.progress):
        placed = runs.bring(store, source, run, request=request, tally=tally)
        if placed is None:
            continue
        ids[run[0]] = placed.run_id
        for writer in placed.writers:
            theirs = source.writer_folder(run[0], writer)
            ours = store.layout.writer_folder(placed.run_id, writer)
            holder = f"run {placed.run_id}"
            needs += objects.complete(
                store, theirs, ours, holder, tally=tally, dry_run=request.dry_run
            )
    return needs, ids


def _bring_annotations(
    store: Store, source: Layout, ids: dict[str, str], request: Request, tally: Tally
) -> None:
    for day in source.days("annotations"):
        by_run: dict[str, list[str]] = {}
        for name in events.names_in(day, tally):
            run_id, _, event = name.partition(".")
            if is_id(run_id) and run_id.startswith(f"{day.parent.name}{day.name}"):
                by_run.setdefault(run_id, []).append(event)
        for run_id, names in sorted(by_run.items()):
            here = ids.get(run_id, run_id)
            theirs = events.Place(day, prefix_of(run_id), run_id)
            ours = events.Place(store.layout.annotations(here), prefix_of(here), here)
            events.bring(store, theirs, names, ours, tally=tally, dry_run=request.dry_run)


def _bring_experiments(store: Store, source: Layout, request: Request, tally: Tally) -> None:
    for folder in strangers.folders_in(source.experiments):
        if is_experiment_id(folder):
            theirs = events.Place(source.experiment(folder), "", folder)
            ours = theirs._replace(folder=store.layout.experiment(folder))
            names = events.names_in(theirs.folder, tally)
            events.bring(store, theirs, names, ours, tally=tally, dry_run=request.dry_run)


def _bring_objects(
    store: Store, there: _Source, needs: list[Need], request: Request, tally: Tally
) -> tuple[str, ...]:
    """Import the large files that are needed; return a warning where all were left out."""
    if needs and not there.has_objects:
        count = len({need.sha256 for need in needs})
        return (f"large files that {request.source} was packed without: {count}",)
    if there.fetch_objects is not None and not request.dry_run:
        if needs:
            request.progress(f"fetching {len(needs)} large files")
        there.fetch_objects(sorted({need.sha256 for need in needs}))
    is_known = there.fetch_objects is None or not request.dry_run
    if is_known:
        objects.bring(store, there.layout, needs, request=request, tally=tally)
    else:
        tally.objects = len({need.sha256 for need in needs})
    return ()
