"""Bring models over: their events, and the files of versions that were registered from a path."""

import errno
import re
import shutil
from pathlib import Path

from mltrack.errors import MltrackError, StoreWriteError
from mltrack.importers import events, strangers
from mltrack.importers.entities import Request, Tally
from mltrack.importers.folders import copy_folder, files_of
from mltrack.importers.objects import Need, complete
from mltrack.importers.relation import Relation, prefix_relation
from mltrack.store.atomic import built_folder, explained, unused
from mltrack.store.ids import is_id
from mltrack.store.layout import Layout
from mltrack.store.names import is_plain
from mltrack.store.store import Store

_SLUG = re.compile(r"[a-z0-9](-?[a-z0-9]){0,39}--[0-9a-f]{10}\Z")
_TAKEN = frozenset({errno.EEXIST, errno.ENOTEMPTY})


def bring_all(store: Store, source: Layout, *, request: Request, tally: Tally) -> list[Need]:
    """Import every model, and return the objects that its versions need.

    Raises:
        StoreWriteError: the disk refused.
    """
    needs: list[Need] = []
    for folder in strangers.folders_in(source.models):
        if not (is_plain(folder) or _SLUG.match(folder)):
            tally.skipped.append(f"model {folder!r} was not imported: no model has such a folder")
            continue
        before = tally.versions
        needs += _bring_versions(store, source, folder, request, tally)
        place = events.Place(source.model_events(folder), "", folder)
        names = events.names_in(place.folder, tally)
        target = place._replace(folder=store.layout.model_events(folder))
        came = events.bring(store, place, names, target, tally=tally, dry_run=request.dry_run)
        if came or tally.versions > before:
            tally.models.add(folder)
    return needs


def _bring_versions(
    store: Store, source: Layout, folder: str, request: Request, tally: Tally
) -> list[Need]:
    needs: list[Need] = []
    top = source.model_version(folder, "x").parent
    for version in strangers.folders_in(top):
        theirs, ours = top / version, store.layout.model_version(folder, version)
        holder = f"version {version} of the model {folder}"
        try:
            if not is_id(version):
                continue
            _bring_version(store, theirs, ours, holder, request=request, tally=tally)
        except StoreWriteError:
            raise
        except MltrackError as error:
            tally.skipped.append(f"{holder} was not imported: {error.message}")
            continue
        needs += complete(store, theirs, ours, holder, tally=tally, dry_run=request.dry_run)
    return needs


def _bring_version(
    store: Store, theirs: Path, ours: Path, holder: str, *, request: Request, tally: Tally
) -> None:
    if ours.is_dir():
        if not _is_same(theirs, ours):
            tally.skipped.append(f"{holder} is here with other files")
        return
    copy = unused(store.layout.tmp)
    try:
        with explained(copy):
            copy_folder(theirs, copy)
        if not request.dry_run:
            with built_folder(ours, tmp=store.layout.tmp, sync=store.syncs) as building:
                for path in copy.iterdir():
                    path.rename(building / path.name)
    except StoreWriteError as error:
        cause = error.__cause__
        if not isinstance(cause, OSError) or cause.errno not in _TAKEN:
            raise
        return  # another import has just put it there
    finally:
        shutil.rmtree(copy, ignore_errors=True)
    tally.versions += 1


def _is_same(theirs: Path, ours: Path) -> bool:
    names = files_of(theirs)
    return names == files_of(ours) and all(
        prefix_relation(theirs / name, ours / name) is Relation.SAME for name in names
    )
