"""Check against git that nothing changed or went away that never does once it is committed."""

from collections.abc import Iterable, Iterator

from mltrack.errors import MltrackError
from mltrack.fsck.entities import REPAIR, Finding
from mltrack.fsck.growth import has_grown
from mltrack.fsck.kinds import Kind
from mltrack.fsck.look import Look
from mltrack.fsck.places import EVENTS, Place, Role, place_of
from mltrack.fsck.wholeness import is_whole
from mltrack.store.git import GitError
from mltrack.store.yaml_reader import read_bytes

_OTHERWISE_CHECKED = frozenset({Role.HIDES_RUN, Role.ARTIFACT})
"""One that is gone from git should be, and a manifest says what the others are."""


def checked(look: Look, told: Iterable[str]) -> Iterator[Finding]:
    """Yield the committed files that are no more what was committed.

    Args:
        look: the store.
        told: paths of which a finding says more already.
    """
    if look.git is None:
        return
    try:
        changed = look.git.changed
    except GitError as error:
        message = f"git gave no answer: {str(error).partition(chr(10))[0]}"
        yield Finding(kind=Kind.GIT_SILENT, path="", message=message)
        return
    known = set(told)
    for path in sorted(changed):
        place = place_of(path)
        if place is None or place.role in _OTHERWISE_CHECKED or path in known:
            continue
        old = look.git.committed(path)
        if old is None or not is_whole(place, old, path):  # what was broken may be mended
            continue
        here = look.root / path
        gone = here.is_dir() or not (here.is_symlink() or here.exists())
        if gone and _is_missed(look, place):
            yield _finding(Kind.DELETED_AFTER_COMMIT, path, place, "git has it, and it is gone")
        elif not gone and not _may_change(look, path, place, old):
            message = "it is not what was committed, and such a file never changes"
            yield _finding(Kind.CHANGED_AFTER_COMMIT, path, place, message)


def _is_missed(look: Look, place: Place) -> bool:
    """Tell whether what a file belongs to is still here; a run may be removed as a whole."""
    if place.role is Role.ANNOTATION or (place.writer and place.role not in EVENTS):
        return place.owner in look.present
    return True


def _may_change(look: Look, path: str, place: Place, old: bytes) -> bool:
    if place.writer and look.lives(place.owner).are_possible:
        return True
    if (look.root / path).is_symlink() or not (look.root / path).is_file():
        return True  # which is told of by itself
    try:
        data = read_bytes(look.root / path)
        return data == old or has_grown(place.role, old, data)
    except MltrackError:
        return False


def _finding(kind: Kind, path: str, place: Place, message: str) -> Finding:
    return Finding(kind=kind, path=path, subject=place.owner, message=message, fix=REPAIR)
