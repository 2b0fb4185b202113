"""Bring over the files that imported runs and versions need: objects, and what lies in place."""

import contextlib
import os
from collections.abc import Sequence
from pathlib import Path
from typing import NamedTuple

from mltrack.errors import IntegrityError
from mltrack.importers import strangers
from mltrack.importers.entities import Request, Tally
from mltrack.importers.folders import manifest_of
from mltrack.importers.joining import put_inline
from mltrack.importers.telling import told
from mltrack.store.atomic import explained
from mltrack.store.blobs import keep_object, temporary
from mltrack.store.layout import ARTIFACTS, Layout
from mltrack.store.manifest import Entry
from mltrack.store.store import Store


class Need(NamedTuple):
    """An object that a manifest names and that is not here.

    Attributes:
        sha256: its digest.
        size: its size in bytes.
        artifact: the path that it has among the artifacts.
        holder: the run or version that has it, in words.
    """

    sha256: str
    size: int
    artifact: str
    holder: str


def complete(
    store: Store, theirs: Path, ours: Path, holder: str, *, tally: Tally, dry_run: bool
) -> list[Need]:
    """Put files that a folder lacks in their place, and return the objects that it needs.

    Args:
        store: the store to write to.
        theirs: the folder in the source.
        ours: the same folder here.
        holder: what the folder belongs to, in words.
        tally: takes a line for each file that cannot be had.
        dry_run: put nothing into place.

    Raises:
        StoreWriteError: the disk refused.
    """
    try:
        manifest, here = manifest_of(theirs), manifest_of(ours).entries
    except IntegrityError as error:  # it was sound a moment ago: its writer is at work
        tally.skipped.append(f"{holder}: {error.message}")
        return []
    for path, entry in manifest.entries.items():
        if here.get(path) == entry and _is_missing(ours, entry) and not dry_run:
            fault = put_inline(store, theirs, manifest, ours, path)
            if fault:
                tally.skipped.append(f"{holder}: the artifact {path!r} was not imported: {fault}")
    return [
        Need(entry.sha256, entry.size, path, holder)
        for path, entry in manifest.entries.items()
        if not entry.inline and not _has_object(store, entry.sha256, entry.size)
    ]


def _is_missing(folder: Path, entry: Entry) -> bool:
    path = folder / ARTIFACTS / entry.path
    return entry.inline and not path.is_symlink() and not path.exists()


def _has_object(store: Store, sha256: str, size: int) -> bool:
    """Tell whether an object is here; it is as new from now on, so that no clean-up takes it."""
    path = store.layout.object(sha256)
    with contextlib.suppress(OSError):  # somebody else's, or not there
        os.utime(path, follow_symlinks=False)
    return path.is_file() and not path.is_symlink() and path.stat().st_size == size


def bring(
    store: Store, source: Layout, needs: Sequence[Need], *, request: Request, tally: Tally
) -> None:
    """Copy objects, each seen to be what its name says.

    Raises:
        StoreWriteError: the disk refused.
    """
    wanted = list({need.sha256: need for need in needs}.values())
    for need in told(wanted, "large files", request.progress):
        path = source.object(need.sha256)
        if not path.exists():
            fault = "it is not in the source either"
        else:
            fault = "" if request.dry_run else _copied(store, path, need)
        if fault:
            name = f"{need.sha256[:12]} ({need.artifact!r}, {need.size} bytes)"
            tally.skipped.append(f"{need.holder}: the object {name} was not imported: {fault}")
        else:
            tally.objects += 1


def _copied(store: Store, path: Path, need: Need) -> str:
    """Copy an object, and return what is wrong with it; empty when it is here now."""
    target = store.layout.object(need.sha256)
    built = temporary(store.layout.tmp)
    with explained(target):
        try:
            if strangers.copy(path, built, size=need.size) != need.sha256:
                return "it is damaged"
            keep_object(built, target, sync=store.syncs)
        except IntegrityError as error:
            return error.message
        finally:
            built.unlink(missing_ok=True)
    return ""
