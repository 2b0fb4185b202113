"""How a broken file of each role is mended: from git, else from what is left, else set aside."""

import io
from collections.abc import Iterator

from mltrack.errors import MltrackError
from mltrack.fsck import artifacts, covered, journals, salvage
from mltrack.fsck.entities import Finding
from mltrack.fsck.events import File, true_name
from mltrack.fsck.fixers import undone
from mltrack.fsck.kinds import Kind
from mltrack.fsck.markers import has_markers
from mltrack.fsck.mender import CannotMendError, Mender, placed
from mltrack.fsck.patches import patch_fault
from mltrack.fsck.places import EVENTS, Place, Role
from mltrack.fsck.tree import walk
from mltrack.fsck.wholeness import is_whole
from mltrack.store.blobs import sha256_of
from mltrack.store.ids import MAIN_WRITER
from mltrack.store.layout import ARTIFACTS, MANIFEST, METRICS, RUN
from mltrack.store.manifest import Entry
from mltrack.store.yaml_reader import mapping_of
from mltrack.tracking import codec
from mltrack.tracking.fold import Folded

FROM_GIT = "brought back from git"
_NOT_IN_GIT = "git has no whole copy of it"
_WHICH_BYTE = (
    f"{_NOT_IN_GIT}, and nothing tells what was changed in it; if what it says is right, take the"
    " line `check` out of it"
)


def mend(mender: Mender, finding: Finding) -> str:
    """Mend a broken file and return what was done.

    Raises:
        CannotMendError: it cannot be mended.
        MltrackError: the disk refused.
    """
    place = placed(finding.path)
    if place.role in EVENTS:
        return _event(mender, finding.path, place)
    if place.role is Role.RECORD:
        return _record(mender, finding, place)
    if place.role is Role.MANIFEST:
        return _manifest(mender, finding, place)
    if place.role is Role.ARTIFACT:
        return _artifact(mender, finding, place)
    return _as_it_was(mender, finding.path, place)


def _as_it_was(mender: Mender, path: str, place: Place) -> str:
    if mender.from_git(path, lambda data: _is_whole(mender, place, data)):
        return FROM_GIT
    known = _wanted(mender, place)
    for before in undone(mender.bytes_of(path)) if known else ():
        if artifacts.digest_of(before.data) == known:
            mender.put(path, before.data)
            return f"what {before.fixer} did to it is undone"
    raise CannotMendError(_NOT_IN_GIT)


def _wanted(mender: Mender, place: Place) -> str:
    """Return the digest that the record of a run gives of a file; empty where it gives none."""
    return covered.wanted(place, mender.bytes_of(f"{place.folder}/{RUN}"))


def committed(mender: Mender, finding: Finding) -> str:
    """Bring back a file as it was committed."""
    data = mender.git.committed(finding.path) if mender.git else None
    if data is None:
        raise CannotMendError(_NOT_IN_GIT)
    mender.put(finding.path, data)
    return FROM_GIT


def _is_whole(mender: Mender, place: Place, data: bytes) -> bool:
    if known := _wanted(mender, place):
        return artifacts.digest_of(data) == known
    if place.role is not Role.PATCH:
        return is_whole(place, data, place.folder)
    fields = _fields(mender.bytes_of(f"{place.folder}/{RUN}"))
    code = fields.get("code")
    expected = code.get("patch") if isinstance(code, dict) else None
    return isinstance(expected, str) and not patch_fault(io.BytesIO(data), expected)


def _fields(data: bytes) -> dict[str, object]:
    try:
        return mapping_of(data, RUN)
    except MltrackError:
        return {}


def _event(mender: Mender, path: str, place: Place) -> str:
    def fits(data: bytes) -> bool:
        return is_whole(place, data, path)

    if mender.from_git(path, fits) or mender.from_past(path, fits):
        return FROM_GIT
    return f"{mender.set_aside(path)}; {_NOT_IN_GIT}"


def give_name_back(mender: Mender, finding: Finding) -> str:
    """Give an event its own name, unless a file has it already."""
    place = placed(finding.path)
    name = true_name(mender.bytes_of(finding.path), File(finding.path, place))
    if name is None:
        raise CannotMendError("it is no event")
    target = f"{finding.path.removesuffix(f'{place.inner}.yaml')}{name}.yaml"
    if mender.stands(target):
        return f"{mender.set_aside(finding.path)}; it is here under its own name too"
    mender.rename(finding.path, target)
    return f"renamed to {target}"


def _record(mender: Mender, finding: Finding, place: Place) -> str:
    path, left = finding.path, mender.bytes_of(finding.path)
    said, host = _journals_of(mender, place.owner)
    if finding.kind is Kind.SUMMARY_DIFFERS and _tell_more(said, left, path):
        mender.put(
            path, _made_anew(mender, place, salvage.record_from(place.owner, left, said, host))
        )
        return "summed up anew from the journals; the old one is in quarantine"
    if mender.from_git(path, lambda data: is_whole(place, data, path)):
        return FROM_GIT
    if finding.kind is Kind.SUMMARY_DIFFERS:
        return _journals_from_git(mender, place)
    if finding.kind is Kind.RUN_CHANGED:
        raise CannotMendError(_WHICH_BYTE)
    mender.put(path, _made_anew(mender, place, salvage.record_from(place.owner, left, said, host)))
    return "made anew from the journals and what could be read of it; the old one is in quarantine"


def _made_anew(mender: Mender, place: Place, data: bytes) -> bytes:
    folder = mender.store.root / place.folder
    return salvage.with_digests(data, lambda digests: covered.fitting(digests, folder))


def _tell_more(said: Folded, left: bytes, path: str) -> bool:
    """Tell whether the journals have all the rows that a record covers, and more."""
    seen = codec.decode(left, path).seen
    rows = [said.seen.get(writer, 0) - count for writer, count in seen.items()]
    return min(rows, default=0) >= 0 and max(rows, default=0) > 0


def _journal_paths(mender: Mender, run_id: str) -> Iterator[tuple[str, str]]:
    """Yield the writer and the path of each journal of a run that can be opened."""
    layout, root = mender.store.layout, mender.store.root
    for writer in (MAIN_WRITER, *layout.writers(run_id)):
        path = layout.writer_folder(run_id, writer) / METRICS
        if path.is_file() and not path.is_symlink():
            yield writer, path.relative_to(root).as_posix()


def _journals_from_git(mender: Mender, place: Place) -> str:
    mended = [
        path
        for _, path in _journal_paths(mender, place.owner)
        if mender.from_git(path, lambda data: not has_markers(data))
    ]
    if not mended:
        raise CannotMendError("git has neither another run.yaml nor another journal of it")
    return f"{', '.join(mended)} {FROM_GIT}"


def _journals_of(mender: Mender, run_id: str) -> tuple[Folded, str | None]:
    found = [
        journals.read(mender.store.root, path, writer)
        for writer, path in _journal_paths(mender, run_id)
    ]
    hosts = (salvage.host_of(iter(journal.rows), journal.writer) for journal in found)
    return journals.folded(found), next((host for host in hosts if host), None)


def _manifest(mender: Mender, finding: Finding, place: Place) -> str:
    path, known = finding.path, _wanted(mender, place)
    if mender.from_git(path, lambda data: _is_whole(mender, place, data)):
        return FROM_GIT
    inline = {entry.path: entry for entry in _files_in(mender, place)}

    def size_of(sha256: str) -> int | None:
        found = mender.store.layout.object(sha256)
        return found.stat().st_size if found.is_file() and sha256_of(found) == sha256 else None

    made = salvage.manifest_from(mender.bytes_of(path), inline, size_of, known)
    if finding.kind is Kind.RUN_FILE_CHANGED and artifacts.digest_of(made) != known:
        return _as_it_was(mender, path, place)
    mender.put(path, made)
    return "made anew from the files and what could be read of it; the old one is in quarantine"


def _files_in(mender: Mender, place: Place) -> Iterator[Entry]:
    root = mender.store.root
    top = f"{place.folder}/{ARTIFACTS}"
    for found in walk(root, top):
        if found.is_file:
            name = found.path.removeprefix(f"{top}/")
            yield Entry(name, found.size, sha256_of(root / found.path), inline=True)


def _artifact(mender: Mender, finding: Finding, place: Place) -> str:
    path = finding.path
    kept = artifacts.entries_in(mender.store.root, [place.folder])
    listed = {entry.path: entry for _, entry in kept}
    entry = listed.get(place.inner)
    if entry is None:
        raise CannotMendError(f"{place.folder}/{MANIFEST} does not list it")
    wanted = entry.sha256
    if mender.from_git(path, lambda data: artifacts.digest_of(data) == wanted):
        return FROM_GIT
    source = mender.store.layout.object(wanted)
    if source.is_file() and sha256_of(source) == wanted:
        mender.put(path, source.read_bytes())
        return "brought back from the objects"
    if finding.kind is Kind.ARTIFACT_MISSING:
        raise CannotMendError(f"neither git nor the objects have {wanted[:12]}")
    for before in undone(mender.bytes_of(path)):
        if artifacts.digest_of(before.data) == wanted:
            mender.put(path, before.data)
            return f"what {before.fixer} did to it is undone"
    return f"{mender.set_aside(path)}; neither git nor the objects have {wanted[:12]}"
