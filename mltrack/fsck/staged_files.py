"""What one staged file of a store may be, by itself: pure, no git and no disk."""

from collections.abc import Iterator
from dataclasses import replace
from typing import NamedTuple

from mltrack.errors import IntegrityError
from mltrack.fsck import artifacts, events, runs
from mltrack.fsck.entities import Finding
from mltrack.fsck.events import File
from mltrack.fsck.growth import has_grown
from mltrack.fsck.index_view import Content
from mltrack.fsck.kinds import Kind
from mltrack.fsck.markers import has_markers
from mltrack.fsck.places import EVENTS, Place, Role, place_of
from mltrack.fsck.staged_secrets import suspects
from mltrack.fsck.wholeness import is_whole, refuse_broken
from mltrack.store.journal_reader import rows_of

_LINK, _REPOSITORY = "120000", "160000"
_MIB = 1024 * 1024
_SEALED = EVENTS | {Role.RECORD, Role.JOURNAL, Role.PACKAGES, Role.PATCH, Role.MANIFEST}


class Policy(NamedTuple):
    """What a store says of files.

    Attributes:
        prefix: the store's path in the work tree.
        limit_bytes: the size above which no logged file goes to git.
        allowed: keys that are never masked.
    """

    prefix: str
    limit_bytes: int
    allowed: frozenset[str]


def checked(content: Content, policy: Policy) -> Iterator[Finding]:
    """Yield what is wrong with a staged file that is not gone."""
    file = content.file
    place = place_of(file.path)
    shape = _shape_fault(content, place, f"git rm --cached -- {policy.prefix}/{file.path}")
    if shape:
        yield shape
        return
    if place is None:
        yield _finding(content, place, Kind.UNKNOWN_FILE, "no file of a store lies here")
    if (place is None or place.role is Role.ARTIFACT) and content.size > policy.limit_bytes:
        allowed = policy.limit_bytes / _MIB
        message = f"it has {content.size / _MIB:.1f} MiB, and git gets files up to {allowed:.1f}"
        fix = f"git rm --cached -- {policy.prefix}/{file.path}"
        yield _finding(content, place, Kind.FILE_TOO_LARGE, message, fix)
    if content.data is None:
        return
    yield from _content_faults(content, place)
    yield from _changed(content, place, policy.prefix)
    for line, where in suspects(place, content.data, policy.allowed):
        message = f"{where} holds what looks like a secret"
        fix = "take it out, or if it is none, put its key under secrets.allow in config.yaml"
        yield replace(_finding(content, place, Kind.SECRET, message, fix), line=line)


def _shape_fault(content: Content, place: Place | None, unstage: str) -> Finding | None:
    path, mode = content.file.path, content.file.mode
    if mode == _LINK:
        return _finding(content, place, Kind.SYMLINK, "it is a symbolic link", unstage)
    if mode == _REPOSITORY:
        message = "it is a repository of its own"
        return _finding(content, place, Kind.STRANGE_FILE, message, unstage)
    if place and place.role in {Role.MACHINE, Role.OBJECT}:
        message = f"{path.partition('/')[0]} belongs to one machine and never goes to git"
        return _finding(content, place, Kind.HIDDEN_STAGED, message, unstage)
    if place and place.role is Role.HIDES_RUN:
        message = "it hides a run that is still written, and hid it from every clone"
        return _finding(content, place, Kind.GITIGNORE_COMMITTED, message, unstage)
    return None


def _content_faults(content: Content, place: Place | None) -> Iterator[Finding]:
    data, path = content.data or b"", content.file.path
    role = place.role if place else None
    if place is None or role is None:
        return
    try:
        refuse_broken(place, data, path)
        if role is Role.RECORD and not is_whole(place, data, path):
            yield runs.change_of(path, place.owner)
    except IntegrityError as error:
        yield _fault_of(content, place, error)
    if role is Role.PACKAGES and (fault := runs.packages_fault(data)):
        kind = Kind.CONFLICT_MARKERS if has_markers(data) else Kind.PACKAGES_BROKEN
        yield _finding(content, place, kind, fault)
    elif role is Role.JOURNAL and any(row is None for row in rows_of(data.splitlines())):
        kind = Kind.CONFLICT_MARKERS if has_markers(data) else Kind.JOURNAL_TORN
        yield _finding(content, place, kind, "it has rows that cannot be read")


def _fault_of(content: Content, place: Place, error: IntegrityError) -> Finding:
    data, path = content.data or b"", content.file.path
    if place.role is Role.RECORD:
        return runs.fault_of(data, path, place.owner, error)
    if place.role is Role.MANIFEST:
        return artifacts.fault_of(data, path, place.owner, error)
    if place.role in EVENTS:
        return events.fault_of(data, File(path, place), error)
    kind = Kind.CONFLICT_MARKERS if has_markers(data) else Kind.CONFIG_BROKEN
    return _finding(content, place, kind, error.message)


def _changed(content: Content, place: Place | None, prefix: str) -> Iterator[Finding]:
    """Yield whether a committed file is changed that never changes, but that it grows."""
    old, new = content.before, content.data
    if place is None or place.role not in _SEALED or old is None or new is None:
        return
    if not has_grown(place.role, old, new) and is_whole(place, old, content.file.path):
        message = "it was committed, and such a file never changes"
        fix = f"git restore --staged --worktree -- {prefix}/{content.file.path}"
        yield _finding(content, place, Kind.CHANGED_AFTER_COMMIT, message, fix)


def _finding(
    content: Content, place: Place | None, kind: Kind, message: str, fix: str = ""
) -> Finding:
    owner = place.owner if place else ""
    return Finding(kind=kind, path=content.file.path, subject=owner, message=message, fix=fix)
