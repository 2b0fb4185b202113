"""Compare the texts of a run's creator with the digests that its record gives of them."""

import hashlib
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import NamedTuple

from mltrack.errors import MltrackError
from mltrack.fsck.artifacts import digest_of
from mltrack.fsck.entities import REPAIR, Finding
from mltrack.fsck.kinds import Kind
from mltrack.fsck.places import Place, Role
from mltrack.store.blobs import sha256_of
from mltrack.store.ids import MAIN_WRITER
from mltrack.store.journal_reader import lines_of, rows_of
from mltrack.store.layout import MANIFEST, METRICS, PACKAGES, PATCH, RUN
from mltrack.store.manifest import decode_manifest
from mltrack.store.plain import open_plain
from mltrack.store.yaml_reader import read_bytes
from mltrack.tracking import codec
from mltrack.tracking.entities import RunRecord

NAMES = {
    Role.JOURNAL: METRICS,
    Role.PACKAGES: PACKAGES,
    Role.PATCH: PATCH,
    Role.MANIFEST: MANIFEST,
}
REBUILT = "rebuilt"
"""Stands in a manifest that was made anew, which is then not the one that the record knew."""


class Folder(NamedTuple):
    """The creator's folder.

    Attributes:
        path: relative to the store.
        names: of those plain files in it that may be opened.
    """

    path: str
    names: frozenset[str]


def checked(root: Path, record: RunRecord, folder: Folder) -> Iterator[Finding]:
    """Yield the texts that are gone, or not what they were when their run ended.

    Args:
        root: the store.
        record: of a run that has ended; it must be as it was written itself.
        folder: the creator's.
    """
    for name in sorted(set(NAMES.values()) & record.digests.keys()):
        path = f"{folder.path}/{name}"
        if name not in folder.names:
            here = (root / path).is_symlink() or (root / path).exists()
            fault = "" if here else "it is gone"
        else:
            fault = _fault(root / path, record.digests[name])
        if fault and not (name == METRICS and has_grown(root / path, record)):
            yield Finding(
                kind=Kind.RUN_FILE_CHANGED, path=path, subject=record.id, message=fault, fix=REPAIR
            )


def has_grown(journal: Path, record: RunRecord) -> bool:
    """Tell whether the creator's journal begins with all that the record knew of it."""
    digest, left = hashlib.sha256(), record.seen.get(MAIN_WRITER, 0)
    try:
        with open_plain(journal) as file:
            for line in lines_of(file):
                digest.update(line)
                left -= sum(1 for _ in rows_of([line]))
                if left <= 0:
                    break
    except OSError:
        return False
    return digest.hexdigest() == record.digests.get(METRICS)


def _fault(path: Path, wanted: str) -> str:
    changed = f"it is not what it was when the run ended ({wanted[:12]})"
    try:
        if sha256_of(path) == wanted:
            return ""
        data = read_bytes(path)
    except (OSError, MltrackError):
        return changed
    if digest_of(data.replace(b"\r\n", b"\n")) == wanted:
        return ""
    return "" if path.name == MANIFEST and _was_rebuilt(data) else changed


def _was_rebuilt(data: bytes) -> bool:
    try:
        return decode_manifest(data, Path(MANIFEST)).unknown.get(REBUILT) is True
    except MltrackError:
        return False


def wanted(place: Place, record: bytes) -> str:
    """Return the digest that a run.yaml gives of a file of its folder; empty where it gives none.

    Args:
        place: what the file is.
        record: the run.yaml beside it.
    """
    try:
        said = codec.decode(record, RUN)
    except MltrackError:
        return ""
    if codec.CHANGED in said.warnings or said.id != place.owner:
        return ""
    return said.digests.get(NAMES.get(place.role, ""), "")


def fitting(digests: Mapping[str, str], folder: Path) -> dict[str, str]:
    """Return those of a record's digests that its folder still bears out."""
    return {name: digest for name, digest in digests.items() if _is(folder, name, digest)}


def _is(folder: Path, name: str, digest: str) -> bool:
    try:
        return name in NAMES.values() and sha256_of(folder / name) == digest
    except OSError:
        return False
