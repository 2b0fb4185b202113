"""Check the files that a folder keeps against its manifest."""

import hashlib
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import NamedTuple

from mltrack.errors import IntegrityError, MltrackError
from mltrack.fsck.entities import REPAIR, Finding
from mltrack.fsck.kinds import Kind
from mltrack.fsck.look import Look, Use
from mltrack.fsck.markers import broken
from mltrack.fsck.tree import Found
from mltrack.store.blobs import sha256_of
from mltrack.store.layout import ARTIFACTS, MANIFEST, Layout
from mltrack.store.manifest import FORMAT, Entry, Manifest, decode_manifest
from mltrack.store.yaml_reader import read_bytes


class Folder(NamedTuple):
    """The folder of a writer or of a version, and the plain files of it that are here.

    Attributes:
        path: relative to the store.
        subject: the id of the run, or the folder of the model.
        manifest: whether there is a manifest that can be opened.
        files: what lies below `artifacts/`, by path.
        is_live: whether somebody may be adding to it now.
    """

    path: str
    subject: str
    manifest: bool
    files: Mapping[str, Found]
    is_live: bool = False


def checked(look: Look, folder: Folder) -> Iterator[Finding]:
    """Yield what is wrong with a manifest and the files that it lists."""
    listed: Manifest | None = Manifest({}, {}, {}, {})
    if folder.manifest:
        listed, findings = _manifest_of(look.root, folder)
        yield from findings
    if listed is None:
        return
    for entry in listed.entries.values():
        if entry.inline:
            yield from _inline(look.root, folder, entry, listed.replaced.get(entry.path))
        else:
            yield from _object(look, folder, entry)
    if not folder.is_live:
        yield from _unlisted(folder, listed.entries)


def manifest_faults(root: Path, folder: Folder) -> list[Finding]:
    """Return what is wrong with a manifest whose files are not to be judged by it."""
    return _manifest_of(root, folder)[1]


def _manifest_of(root: Path, folder: Folder) -> tuple[Manifest | None, list[Finding]]:
    path = f"{folder.path}/{MANIFEST}"
    try:
        data = read_bytes(root / path)
    except MltrackError as error:
        return None, [_finding(Kind.UNREADABLE, folder, path, error.message)]
    try:
        listed = decode_manifest(data, Path(path))
    except IntegrityError as error:
        return None, [fault_of(data, path, folder.subject, error)]
    version = listed.unknown.get("format", FORMAT)
    newer = isinstance(version, int) and version > FORMAT
    found = _finding(Kind.NEWER_FORMAT, folder, path, f"it is of format {version}")
    return listed, [found] if newer else []


def fault_of(data: bytes, path: str, subject: str, error: IntegrityError) -> Finding:
    """Return what is wrong with a manifest that cannot be understood."""
    return broken(Kind.MANIFEST_BROKEN, data, path=path, subject=subject, message=error.message)


def _inline(root: Path, folder: Folder, entry: Entry, before: str | None) -> Iterator[Finding]:
    path = f"{folder.path}/{ARTIFACTS}/{entry.path}"
    found = folder.files.get(entry.path)
    if found is None:
        yield _finding(
            Kind.ARTIFACT_MISSING, folder, path, f"the artifact {entry.path!r} is gone", REPAIR
        )
        return
    if not found.is_file:  # a link or a folder, which is told of by itself
        return
    try:
        as_listed = found.size == entry.size or before is not None
        sha256 = sha256_of(root / path) if as_listed else ""
    except OSError as error:
        yield _finding(Kind.UNREADABLE, folder, path, error.strerror or str(error))
        return
    if sha256 not in {entry.sha256, before or entry.sha256}:
        yield _finding(
            Kind.ARTIFACT_CHANGED,
            folder,
            path,
            f"the artifact {entry.path!r} is not what was logged ({entry.sha256[:12]})",
            REPAIR,
        )


def _object(look: Look, folder: Folder, entry: Entry) -> Iterator[Finding]:
    look.objects.setdefault(entry.sha256, Use(folder.subject, folder.path, entry))
    if not look.store.layout.object(entry.sha256).is_file():
        path = Layout(Path()).object(entry.sha256).as_posix()
        yield _finding(
            Kind.OBJECT_MISSING,
            folder,
            path,
            f"the artifact {entry.path!r} of {folder.subject} ({entry.size} bytes) is not here",
            f"copy {path} from where it was made",
        )


def _unlisted(folder: Folder, entries: Mapping[str, Entry]) -> Iterator[Finding]:
    for name, found in folder.files.items():
        entry = entries.get(name)
        if found.is_file and (entry is None or not entry.inline):
            yield _finding(Kind.ARTIFACT_UNLISTED, folder, found.path, f"{name!r} was never logged")


def _finding(kind: Kind, folder: Folder, path: str, message: str, fix: str = "") -> Finding:
    return Finding(kind=kind, path=path, subject=folder.subject, message=message, fix=fix)


def checked_object(look: Look, found: Found, digest: str) -> Iterator[Finding]:
    """Yield what is wrong with an object, whose name is the digest of its bytes."""
    use = look.objects.get(digest)
    subject = use.subject if use else ""
    used = f", which {use.subject} keeps as {use.entry.path!r}" if use else ""
    try:
        sha256 = sha256_of(look.root / found.path)
    except OSError as error:
        said = error.strerror or str(error)
        yield Finding(kind=Kind.UNREADABLE, path=found.path, subject=subject, message=said)
        return
    if sha256 != digest:
        yield Finding(
            kind=Kind.OBJECT_DAMAGED,
            path=found.path,
            subject=subject,
            message=f"it does not hold the bytes of {digest[:12]}{used}",
            fix=REPAIR,
        )
    elif use and use.entry.size != found.size:
        yield Finding(
            kind=Kind.MANIFEST_BROKEN,
            path=f"{use.folder}/{MANIFEST}",
            subject=subject,
            message=f"it gives {use.entry.path!r} {use.entry.size} bytes, and it has {found.size}",
            fix=REPAIR,
        )


def entries_in(root: Path, folders: Iterable[str]) -> list[tuple[str, Entry]]:
    """Return the files that folders keep, each with its folder; a broken manifest keeps none."""
    found: list[tuple[str, Entry]] = []
    for folder in folders:
        path = root / folder / MANIFEST
        if path.is_file() and not path.is_symlink():
            try:
                listed = decode_manifest(read_bytes(path), path)
            except MltrackError:
                continue
            found += [(folder, entry) for entry in listed.entries.values()]
    return found


def digest_of(data: bytes) -> str:
    """Return the sha256 of bytes."""
    return hashlib.sha256(data).hexdigest()
