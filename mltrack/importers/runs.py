"""Bring runs over: new ones, grown ones, and those of which there are two."""

import errno
from typing import NamedTuple

from mltrack.errors import IntegrityError, MltrackError, StoreWriteError
from mltrack.importers import joining
from mltrack.importers.entities import Request, Tally, Twin
from mltrack.importers.folders import files_of
from mltrack.importers.relation import Relation, is_different, prefix_relation
from mltrack.importers.staging import (
    BASE_LENGTH,
    Staged,
    base_of,
    digest_of,
    is_hidden,
    staged,
    writers_there,
)
from mltrack.store.layout import Layout
from mltrack.store.store import Store

_ATTEMPTS = 4
_TAKEN = frozenset({errno.EEXIST, errno.ENOTEMPTY})
_SUFFIX_DIGITS = 4


class Placed(NamedTuple):
    """Where a run of the source is here, and which of its writers were found there."""

    run_id: str
    writers: tuple[str, ...]


def bring(
    store: Store, source: Layout, run: tuple[str, list[str]], *, request: Request, tally: Tally
) -> Placed | None:
    """Import one run, and return where it is now; None when it could not be imported.

    Raises:
        StoreWriteError: the disk refused.
    """
    run_id, further = run
    writers = writers_there(source, run_id, further)
    try:
        if _is_same(store, source, run_id, writers):
            tally.same += 1
            return Placed(run_id, tuple(writers))
        placed_as = _retried(store, source, run_id, writers, request, tally)
    except StoreWriteError:
        raise
    except MltrackError as error:
        tally.skipped.append(f"run {run_id} was not imported: {error.message}")
        return None
    return Placed(placed_as, tuple(writers))


def _is_same(store: Store, source: Layout, run_id: str, writers: list[str]) -> bool:
    """Tell whether every file of a run is here, byte for byte."""
    for writer in writers:
        theirs = source.writer_folder(run_id, writer)
        ours = store.layout.writer_folder(run_id, writer)
        if not ours.is_dir() or files_of(theirs) != files_of(ours):
            return False
        same = (prefix_relation(theirs / name, ours / name) for name in files_of(theirs))
        if any(relation is not Relation.SAME for relation in same):
            return False
    return bool(writers) and not _came_hidden(store, source, run_id, writers)


def _came_hidden(store: Store, source: Layout, run_id: str, writers: list[str]) -> bool:
    """Tell whether a folder here is still hidden from git and the one there no more."""
    return any(
        is_hidden(store.layout.writer_folder(run_id, writer))
        and not is_hidden(source.writer_folder(run_id, writer))
        for writer in writers
    )


def _retried(
    store: Store,
    source: Layout,
    run_id: str,
    writers: list[str],
    request: Request,
    tally: Tally,
) -> str:
    """Import a run; begin anew where another import put the same folder into place meanwhile."""
    for attempt in range(_ATTEMPTS):
        try:
            with staged(source, run_id, writers, tmp=store.layout.tmp) as copy:
                return _placed(store, copy, request, tally)
        except StoreWriteError as error:
            taken = isinstance(error.__cause__, OSError) and error.__cause__.errno in _TAKEN
            if not taken or attempt == _ATTEMPTS - 1:
                raise
    raise AssertionError("the last attempt returns or raises")


def _placed(store: Store, run: Staged, request: Request, tally: Tally) -> str:
    """Put a staged run where it belongs, and return the id under which it is here."""
    target = place_of(store, run)
    was_here = store.layout.run_folder(target).is_dir()
    if not was_here and not run.has_record:
        raise IntegrityError("it has no run.yaml")
    changes = _would_change(store, run, target)
    if not request.dry_run:
        changes = joining.join(store, run, target)
    if not changes:
        tally.same += 1
    elif was_here:
        tally.grown.append(target)
    elif target == run.run_id:
        tally.new.append(target)
    else:
        tally.twins.append(Twin(run.run_id, target))
    return target


def _would_change(store: Store, run: Staged, target: str) -> bool:
    known = joining.relations(store, run, target)
    return len(known) < len(run.folders) or any(
        Relation.GROWN in files.values() for files in known.values()
    )


def place_of(store: Store, run: Staged) -> str:
    """Return the id under which a run is, or is to be, in this store.

    It is its own where that is free or bears the same run. Else it is that of another run with the
    same id but for the digits at its end that is the same run, or a new one with digits that the
    run's content alone decides.
    """
    base = base_of(run.run_id)
    if run.run_id == base and _fits(store, run, base):
        return base
    for known in alike(store, run.run_id):
        if store.layout.run_folder(known).is_dir() and _fits(store, run, known):
            return known
    if not store.layout.run_folder(run.run_id).is_dir():
        return run.run_id
    if not run.has_record:
        raise IntegrityError("it has no run.yaml, and its writers are not those of the run here")
    return _free_id(store, base, digest_of(run))


def _fits(store: Store, run: Staged, run_id: str) -> bool:
    """Tell whether the run with this id is the staged one, were it shorter, longer or not here."""
    known = joining.relations(store, run, run_id)
    return not any(is_different(files.values()) for files in known.values())


def alike(store: Store, run_id: str) -> list[str]:
    """Return the id itself, then the others that differ from it in the last digits only."""
    base = base_of(run_id)
    day = store.layout.run_folder(base).parent
    names = sorted(p.name for p in day.glob(f"{base}*")) if day.is_dir() else []
    here = [name for name in names if "+" not in name and len(name) in {BASE_LENGTH, _full()}]
    return [run_id, *(name for name in here if name != run_id)]


def _full() -> int:
    return BASE_LENGTH + 1 + _SUFFIX_DIGITS


def _free_id(store: Store, base: str, digest: str) -> str:
    for start in range(0, len(digest), _SUFFIX_DIGITS):
        candidate = f"{base}-{digest[start : start + _SUFFIX_DIGITS]}"
        if not store.layout.run_folder(candidate).is_dir():
            return candidate
    raise IntegrityError("every id that it could be given is taken")
