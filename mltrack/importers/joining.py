"""Put a staged run into the store: what is not here is added, what has grown is replaced."""

import contextlib
from pathlib import Path

from mltrack.errors import ConflictError, IntegrityError
from mltrack.importers.folders import copy_inline, manifest_of
from mltrack.importers.relation import Relation, compare
from mltrack.importers.staging import Staged, as_record_of, is_hidden
from mltrack.store import liveness
from mltrack.store.atomic import built_folder, explained, move, sync_file, write_file
from mltrack.store.blobs import keep, sha256_of, temporary
from mltrack.store.ids import MAIN_WRITER
from mltrack.store.layout import ARTIFACTS, MANIFEST, METRICS, RUN, refuse_links
from mltrack.store.manifest import Manifest, encode_manifest
from mltrack.store.store import Store, hide_from_git, show_to_git

_LAST = {METRICS: 1, RUN: 2}
"""What a kill leaves is then a shorter journal, or a record that says less than the journals."""


def relations(store: Store, run: Staged, run_id: str) -> dict[str, dict[str, Relation]]:
    """Return how the files of each writer stand to those of the run with this id here."""
    here = {w: store.layout.writer_folder(run_id, w) for w in run.folders}
    return {w: compare(run.folders[w], here[w]) for w in run.folders if here[w].is_dir()}


def join(store: Store, run: Staged, run_id: str) -> bool:
    """Add to the run with this id what the staged one has more, and tell whether it had.

    Raises:
        ConflictError: a process on this machine writes to the run.
        StoreWriteError: the disk refused; what is here is whole, and importing again completes it.
    """
    known = relations(store, run, run_id)
    grown = {w for w, files in known.items() if Relation.GROWN in files.values()}
    if grown and _is_written_here(store, run_id):
        raise ConflictError("a process on this machine writes to it")
    for writer, folder in run.folders.items():
        if writer in grown:
            _replace(store, run, run_id, writer, known[writer])
        elif writer not in known:
            _add(store, run, run_id, writer)
        elif Relation.SHORTER not in known[writer].values() and writer not in run.live:
            with explained(folder):
                _show(store, run_id, writer)
    return bool(grown or len(known) < len(run.folders))


def _is_written_here(store: Store, run_id: str) -> bool:
    return bool(liveness.not_gone(liveness.marks_in(store.layout.local(run_id))))


def _add(store: Store, run: Staged, run_id: str, writer: str) -> None:
    target = store.layout.writer_folder(run_id, writer)
    with built_folder(target, tmp=store.layout.tmp, sync=store.syncs) as building:
        if writer in run.live:
            hide_from_git(building)
        for path in run.folders[writer].iterdir():
            path.rename(building / path.name)
        if writer == MAIN_WRITER:
            _claim(building, run, run_id)


def _claim(copy: Path, run: Staged, run_id: str) -> None:
    """Let the record in a copy of the creator's folder bear this id.

    Raises:
        ConflictError: a newer mltrack wrote it, so that it cannot be written anew.
        StoreWriteError: the disk refused.
    """
    if run.run_id != run_id:
        with explained(copy / RUN):
            (copy / RUN).write_bytes(as_record_of(copy / RUN, run.run_id, run_id))


def _show(store: Store, run_id: str, writer: str) -> None:
    """Let git see a folder that was hidden when it came, now that nobody writes to it there."""
    folder = store.layout.writer_folder(run_id, writer)
    if is_hidden(folder) and not _is_written_here(store, run_id):
        show_to_git(folder)


def _replace(
    store: Store, run: Staged, run_id: str, writer: str, files: dict[str, Relation]
) -> None:
    """Replace the files of a writer that have grown, each in one step."""
    theirs, ours = run.folders[writer], store.layout.writer_folder(run_id, writer)
    if writer == MAIN_WRITER:
        _claim(theirs, run, run_id)
    grown = [name for name, relation in files.items() if relation is Relation.GROWN]
    if MANIFEST in grown:
        _replace_artifacts(store, theirs, ours)
    for name in sorted(grown, key=lambda name: (_LAST.get(name, 0), name)):
        target = refuse_links(ours / name)
        with explained(target):
            if store.syncs:
                sync_file(theirs / name)
            move(theirs / name, target, sync=store.syncs)
    if writer not in run.live:
        with contextlib.suppress(OSError):
            _show(store, run_id, writer)


def _replace_artifacts(store: Store, theirs: Path, ours: Path) -> None:
    """Put files in place before the manifest that names them takes the place of ours.

    A file that takes another's place waits until our manifest says that it may hold either.

    Raises:
        IntegrityError: a file that is to take another's place is not sound.
        StoreWriteError: the disk refused.
    """
    coming, here = manifest_of(theirs), manifest_of(ours)
    for path in _changed(coming, here):
        if not (theirs / ARTIFACTS / path).is_file():  # a copy holds only what was sound
            raise IntegrityError(
                f"its artifact {path!r}, which replaces one that is here, is damaged"
            )
    before = {path: _digest_here(ours, path) for path in _changed(coming, here)}
    replaced = {path: digest for path, digest in before.items() if digest}
    if replaced:
        entries = {**here.entries, **{path: coming.entries[path] for path in replaced}}
        between = here._replace(entries=entries, replaced={**here.replaced, **replaced})
        tmp = store.layout.tmp
        write_file(ours / MANIFEST, encode_manifest(between), tmp=tmp, sync=store.syncs)
    for path in _inline(coming):
        if path in before or path not in here.entries:
            put_inline(store, theirs, coming, ours, path)


def _changed(coming: Manifest, here: Manifest) -> list[str]:
    """Return the files in place that are to hold other bytes, or that were being replaced."""
    both = [path for path in _inline(coming) if path in _inline(here)]
    return [p for p in both if coming.entries[p] != here.entries[p] or p in here.replaced]


def _digest_here(ours: Path, path: str) -> str:
    """Return the sha256 of a file in place; empty when it is not there."""
    file = refuse_links(ours / ARTIFACTS / path)
    return sha256_of(file) if file.is_file() else ""


def _inline(manifest: Manifest) -> list[str]:
    return [path for path, entry in manifest.entries.items() if entry.inline]


def put_inline(store: Store, theirs: Path, manifest: Manifest, ours: Path, path: str) -> str:
    """Put an artifact from another folder in its place, or return what is wrong with it.

    Raises:
        StoreWriteError: the disk refused.
    """
    target = refuse_links(ours / ARTIFACTS / path)
    built = temporary(store.layout.tmp)
    with explained(target):
        fault = copy_inline(theirs, manifest.entries[path], built, manifest)
        if not fault:
            keep(built, target, sync=store.syncs)
    return fault
