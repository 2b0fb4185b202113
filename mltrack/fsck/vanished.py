"""Name the events that are gone: reverted, on another branch, or nowhere."""

from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import NamedTuple

from mltrack.errors import MltrackError
from mltrack.fsck import events
from mltrack.fsck.entities import Finding
from mltrack.fsck.events import Absent, File
from mltrack.fsck.kinds import Kind
from mltrack.fsck.look import Look
from mltrack.fsck.past import Past, Removal, Signature, is_partial, short
from mltrack.fsck.places import EVENTS, bears_an_event_name, place_of
from mltrack.store.events import SUFFIX, Event
from mltrack.store.git import GitError
from mltrack.store.layout import STORE_NAME

_SHOWN = 3


class Known(NamedTuple):
    """The events of one model or experiment.

    Attributes:
        here: the names of those of which there is a file.
        absent: those that name parents which are not here.
    """

    here: set[str]
    absent: list[Absent]


def known_of(root: Path, found: Sequence[Event], files: Mapping[str, File]) -> Known:
    """Return what is known of the events in one folder.

    Args:
        root: the store.
        found: those that can be read.
        files: all files, each by the name that it bears.
    """
    here = events.names_here(root, found, files)
    return Known(here, list(events.absent_parents(found, files, here)))


class _Gone(NamedTuple):
    """An event that is not here, and what git knows of it.

    Attributes:
        file: where it was.
        event: what it said.
        commit: a commit that has it.
        removal: the commit that took it away; None where none did.
    """

    file: File
    event: Event
    commit: str
    removal: Removal | None


def checked(look: Look, known: Mapping[str, Known], *, ask_git: bool) -> Iterator[Finding]:
    """Yield what became of events that are not here: those of the past, and parents of others.

    Args:
        look: the store.
        known: the events of each model and experiment, by the folder in which they lie.
        ask_git: whether git may be asked.
    """
    past, committed = None, frozenset[str]()
    if ask_git and look.git is not None and not is_partial(look.root):
        try:
            past, committed = look.git.past, look.git.changed
        except GitError:  # which is told of already
            past = None
    if past is None:
        absent = (one for folder in known.values() for one in folder.absent)
        yield from map(events.note_of_absent, absent)
        return
    try:
        gone = _gone(past, known, committed)
        yield from _reverted(past, gone)
        yield from _elsewhere(gone)
    except GitError:
        return
    told = {one.file.path for one in gone} | committed
    for folder, found in known.items():
        yield from _nowhere(folder, found.absent, told, is_sure=past.is_whole)


def _gone(past: Past, known: Mapping[str, Known], committed: frozenset[str]) -> list[_Gone]:
    """Return the events that some commit holds and that are not here, by path.

    Bytes that are no event of their name and place, such as one that was renamed, do not count.
    """
    wanted: dict[str, File] = {}
    for path in sorted(past.files.keys() - committed):
        folder, _, name = path.rpartition("/")
        found, place = known.get(folder), place_of(path)
        is_here = found is not None and name.removesuffix(SUFFIX) in found.here
        if not is_here and place and place.role in EVENTS and bears_an_event_name(place):
            wanted[path] = File(path, place)
    gone: dict[str, _Gone] = {}
    for path, commit, data in past.contents(wanted):
        try:
            event = events.event_of(data, wanted[path])
        except MltrackError:
            continue
        gone.setdefault(path, _Gone(wanted[path], event, commit, past.files[path].removed_by))
    return list(gone.values())


def _reverted(past: Past, gone: Sequence[_Gone]) -> Iterator[Finding]:
    removed = [(one, one.removal) for one in gone if one.removal]
    signed = past.signatures(removal.commit for _, removal in removed) if removed else {}
    for one, removal in removed:
        said = f"{one.event.kind}, by {_author(one.event)} on {one.event.time[:10]}"
        by = _by(removal, signed)
        words = f"{one.commit} -- {STORE_NAME}/{one.file.path}"
        yield _finding(
            Kind.EVENT_REVERTED,
            one.file,
            f"reverted: {by} took it away ({said})",
            f"if it was not meant: git checkout {words}",
        )


def _by(removal: Removal, signed: Mapping[str, Signature]) -> str:
    words = "the merge" if removal.is_merge else "the commit"
    found = signed.get(removal.commit)
    who = f" of {found.author} on {found.day}" if found else ""
    return f"{words} {short(removal.commit)}{who}"


def _author(event: Event) -> str:
    return str(event.actor.get("email") or event.actor.get("name") or "nobody")


def _elsewhere(gone: Sequence[_Gone]) -> Iterator[Finding]:
    """Yield a note for each model of which commits that are not merged here hold events."""
    by_owner: dict[str, list[_Gone]] = {}
    for one in gone:
        if one.removal is None:
            by_owner.setdefault(one.file.place.owner, []).append(one)
    for owner, found in by_owner.items():
        named = [f"{one.event.name} in {short(one.commit)}" for one in found[:_SHOWN]]
        more = f" and {len(found) - _SHOWN} more" if len(found) > _SHOWN else ""
        message = f"not merged here: {', '.join(named)}{more}"
        path = found[0].file.path.rpartition("/")[0]
        yield Finding(kind=Kind.EVENT_UNMERGED, path=path, subject=owner, message=message)


def _nowhere(
    folder: str, absent: Sequence[Absent], told: frozenset[str] | set[str], *, is_sure: bool
) -> Iterator[Finding]:
    """Yield the parents of which git never had anything, unless it has a part of its past only."""
    named: set[str] = set()
    for file, parents in absent:
        unknown = [name for name in parents if f"{folder}/{name}{SUFFIX}" not in told]
        if unknown and not is_sure:
            yield events.note_of_absent(Absent(file, unknown))
            continue
        for name in unknown:
            if name not in named:
                named.add(name)
                yield _missing(file, name)


def _missing(file: File, parent: str) -> Finding:
    message = f"it follows {parent}, which is missing: no file and no commit here has it"
    fix = "git fetch --all, or mltrack import the store that has it"
    return _finding(Kind.EVENT_MISSING, file, message, fix)


def _finding(kind: Kind, file: File, message: str, fix: str = "") -> Finding:
    return Finding(kind=kind, path=file.path, subject=file.place.owner, message=message, fix=fix)
