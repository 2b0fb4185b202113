"""What staged files mean beside the others of the index: runs whole and ended, bytes as listed."""

from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import NamedTuple

from mltrack.errors import MltrackError
from mltrack.fsck.artifacts import digest_of
from mltrack.fsck.entities import Finding
from mltrack.fsck.fixers import may_have_lost_spaces, undone
from mltrack.fsck.index_view import Content, IndexView, Staged
from mltrack.fsck.kinds import Kind
from mltrack.fsck.places import EVENTS, Place, Role, place_of
from mltrack.fsck.runs import record_of
from mltrack.fsck.wholeness import is_whole
from mltrack.store.journal_reader import rows_of
from mltrack.store.layout import ARTIFACTS, MANIFEST, METRICS, PATCH, RUN, Layout, folder_name
from mltrack.store.manifest import Entry, decode_manifest
from mltrack.tracking.copies import put_back
from mltrack.tracking.entities import RunRecord
from mltrack.tracking.fold import Journal, fold

_BELOW = Layout(Path())
"""The paths of any store, relative to it."""


class Index(NamedTuple):
    """The index of one store.

    Attributes:
        view: what reads it.
        prefix: the store's path in the work tree.
        blobs: the id of the bytes of each file, by its path in the store.
    """

    view: IndexView
    prefix: str
    blobs: Mapping[str, str]

    def bytes_of(self, paths: Iterable[str]) -> dict[str, bytes]:
        """Return the bytes of those of these files that are there."""
        wanted = {path: self.blobs[path] for path in paths if path in self.blobs}
        found = self.view.blobs(wanted.values())
        return {path: found[blob] for path, blob in wanted.items() if blob in found}


def gone(index: Index, files: Iterable[Staged]) -> Iterator[Finding]:
    """Yield the staged deletions of what never goes away by itself."""
    removed = [file for file in files if file.status == "D"]
    before = index.view.blobs(file.before for file in removed)
    for file in removed:
        place = place_of(file.path)
        old = before.get(file.before, b"")
        if place and _is_missed(index, place) and is_whole(place, old, file.path):
            fix = f"git restore --staged --worktree -- {index.prefix}/{file.path}"
            yield Finding(
                kind=Kind.DELETED_AFTER_COMMIT,
                path=file.path,
                subject=place.owner,
                message="it was committed, and such a file never goes away",
                fix=fix,
            )


def _is_missed(index: Index, place: Place) -> bool:
    if place.role in {Role.MODEL, Role.EXPERIMENT}:
        return True
    if place.role is Role.HIDES_RUN or not (place.role in EVENTS or place.folder):
        return False
    if place.role is Role.ANNOTATION or place.writer:
        return (_BELOW.run_folder(place.owner) / RUN).as_posix() in index.blobs
    return f"{place.folder}/{MANIFEST}" in index.blobs


def records(index: Index, contents: Iterable[Content]) -> Iterator[Finding]:
    """Yield the staged runs that have not ended, or not all of whose files are staged."""
    for content in contents:
        place = place_of(content.file.path)
        if place is None or place.role is not Role.RECORD or content.data is None:
            continue
        try:
            record = record_of(content.data, content.file.path, place.owner)
        except MltrackError:
            continue
        missing = [path for path in _needed(record, place) if path not in index.blobs]
        if missing:
            message = f"{missing[0]} belongs to it and is not staged"
            yield _told(Kind.RUN_INCOMPLETE, content, place, message, f"mltrack add {place.owner}")
        elif record.status == "running" and not _has_ended(index, place.owner):
            fix = f"mltrack finish {record.handle}, or git rm --cached -r {index.prefix}/"
            message = "it is running, and nobody has said how it ended"
            yield _told(Kind.RUN_RUNNING, content, place, message, f"{fix}{place.folder}")


def _needed(record: RunRecord, place: Place) -> Iterator[str]:
    for writer in record.seen:
        folder = place.folder.removesuffix(record.id) + folder_name(record.id, writer)
        yield f"{folder}/{METRICS}"
    if isinstance(record.code.get("patch"), str):
        yield f"{place.folder}/{PATCH}"


def _has_ended(index: Index, run_id: str) -> bool:
    found: dict[str, str] = {}
    for path in index.blobs:
        place = place_of(path) if path.endswith(METRICS) and run_id in path else None
        if place and place.role is Role.JOURNAL and place.owner == run_id:
            found[path] = place.writer
    journals = [
        Journal(found[path], list(rows_of(data.splitlines())))
        for path, data in index.bytes_of(found).items()
    ]
    return fold(put_back(journals)).ending.status is not None


def listed(index: Index, contents: Iterable[Content]) -> Iterator[Finding]:
    """Yield the files that are not, or not as, their staged manifest lists them."""
    found = [(content, place_of(content.file.path)) for content in contents]
    placed = [(content, place) for content, place in found if place]
    folders = [p.folder for _, p in placed if p.role in {Role.ARTIFACT, Role.MANIFEST}]
    manifests = index.bytes_of(f"{folder}/{MANIFEST}" for folder in dict.fromkeys(folders))
    entries = {path: _entries(data) for path, data in manifests.items()}
    for content, place in placed:
        known = entries.get(f"{place.folder}/{MANIFEST}", {})
        if place.role is Role.ARTIFACT and place.inner in known and content.data is not None:
            yield from _as_listed(index, content, place, known[place.inner])
        elif place.role is Role.MANIFEST:
            yield from _all_staged(index, content, place, known)


def _entries(data: bytes) -> dict[str, Entry]:
    try:
        return decode_manifest(data, Path(MANIFEST)).entries
    except MltrackError:
        return {}


def _as_listed(index: Index, content: Content, place: Place, entry: Entry) -> Iterator[Finding]:
    data = content.data or b""
    if not entry.inline or digest_of(data) == entry.sha256:
        return
    fixer = next((u.fixer for u in undone(data) if digest_of(u.data) == entry.sha256), "")
    if not fixer and len(data) < entry.size and may_have_lost_spaces(data):
        fixer = "trailing-whitespace, or a tool like it,"
    where = index.prefix.replace(".", r"\.")
    yield _told(
        Kind.ARTIFACT_CHANGED,
        content,
        place,
        f"{fixer} changed it after it was logged" if fixer else "it is not what was logged",
        rf"put 'exclude: ^{where}/' into .pre-commit-config.yaml, run mltrack fsck --repair and"
        " stage it again"
        if fixer
        else "mltrack fsck --repair, then stage it again",
    )


def _all_staged(
    index: Index, content: Content, place: Place, known: Mapping[str, Entry]
) -> Iterator[Finding]:
    for path, entry in known.items():
        if entry.inline and f"{place.folder}/{ARTIFACTS}/{path}" not in index.blobs:
            message = f"the artifact {path!r} that it lists is not staged"
            fix = f"git add -f {index.prefix}/{place.folder}"
            yield _told(Kind.RUN_INCOMPLETE, content, place, message, fix)


def _told(kind: Kind, content: Content, place: Place, message: str, fix: str) -> Finding:
    path = content.file.path
    return Finding(kind=kind, path=path, subject=place.owner, message=message, fix=fix)
