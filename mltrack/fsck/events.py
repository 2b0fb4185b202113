"""Check the files of events: each bears its own name, can be read, and is about its place."""

import hashlib
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import NamedTuple

from mltrack.errors import IntegrityError, MltrackError
from mltrack.fsck.entities import Finding
from mltrack.fsck.kinds import Kind
from mltrack.fsck.markers import broken, has_markers
from mltrack.fsck.places import Place, bears_an_event_name
from mltrack.store.events import FORMAT, Event, decode_bytes, lamport_of
from mltrack.store.yaml_reader import mapping_of, read_bytes


class File(NamedTuple):
    """The file of an event: where it lies, and what its place says of it."""

    path: str
    place: Place


def checked(root: Path, files: Iterable[File]) -> tuple[list[Event], list[Finding]]:
    """Return the events that can be read, in order, and what is wrong with the other files."""
    events: list[Event] = []
    findings: list[Finding] = []
    for file in files:
        try:
            data = read_bytes(root / file.path)
        except MltrackError as error:
            findings.append(_finding(Kind.UNREADABLE, file, error.message))
            continue
        try:
            event = event_of(data, file)
        except IntegrityError as error:
            findings.append(fault_of(data, file, error))
            continue
        events.append(event)
        if event.format > FORMAT:
            findings.append(_finding(Kind.NEWER_FORMAT, file, f"it is of format {event.format}"))
    return sorted(events, key=lambda event: event.name), findings


def event_of(data: bytes, file: File) -> Event:
    """Return the event that bytes hold, which must be about the place where it lies.

    Raises:
        IntegrityError: they hold no event, or one of another name or place.
    """
    event = decode_bytes(data, file.place.inner, Path(file.path))
    if event.subject != file.place.owner:
        raise IntegrityError(f"{file.path} is about {event.subject!r}")
    return event


def fault_of(data: bytes, file: File, error: IntegrityError) -> Finding:
    """Return what is wrong with a file that holds no event of its name and place."""
    name = true_name(data, file)
    kind, message = Kind.EVENT_CHANGED, "its bytes are not those that its name stands for"
    if name == file.place.inner:
        kind, message = Kind.EVENT_MALFORMED, _short(error, file)
    elif name is not None:
        kind, message = Kind.EVENT_RENAMED, f"its own name is {name}"
    elif not bears_an_event_name(file.place) and not has_markers(data):
        return _finding(Kind.UNKNOWN_FILE, file, "no file of a store is called so")
    return broken(kind, data, path=file.path, subject=file.place.owner, message=message)


def true_name(data: bytes, file: File) -> str | None:
    """Return the name that bytes bear by themselves; None where they are no event of any name.

    Its digest must stand somewhere in the name of the file: bytes that were tampered with are no
    event of another name.
    """
    shown = file.path.rpartition("/")[2]
    for form in dict.fromkeys((data, data.replace(b"\r\n", b"\n"))):
        digest = hashlib.sha256(form).hexdigest()[:20]
        if digest in shown:
            return _named(form, digest, file)
    return None


def _named(data: bytes, digest: str, file: File) -> str | None:
    try:
        name = f"{mapping_of(data, file.path).get('lamport'):012d}-{digest}"
        decode_bytes(data, name, Path(file.path))
    except (MltrackError, TypeError, ValueError):
        return file.place.inner if bears_an_event_name(file.place) else None
    return name


class Absent(NamedTuple):
    """Parents of which there is no file, and the file of the event that names them."""

    file: File
    parents: list[str]


def names_here(root: Path, events: Iterable[Event], files: Mapping[str, File]) -> set[str]:
    """Return the names of the events of which there is a file, broken ones and misnamed ones too.

    Args:
        root: the store.
        events: those that can be read.
        files: all files, each by the name that it bears.
    """
    read = {event.name for event in events}
    broken = (true_name(_bytes_of(root, f), f) for name, f in files.items() if name not in read)
    return read | files.keys() | set(filter(None, broken))


def absent_parents(
    events: Iterable[Event], files: Mapping[str, File], here: set[str]
) -> Iterator[Absent]:
    """Yield each event that names parents which are not among those that are here."""
    for event in events:
        missing = sorted(set(event.parents) - here, key=lamport_of)
        if missing:
            yield Absent(files[event.name], missing)


def missing_parents(
    root: Path, events: Iterable[Event], files: Mapping[str, File]
) -> Iterator[Finding]:
    """Yield a note for each event that names a parent of which there is no file, broken or not."""
    found = list(events)
    here = names_here(root, found, files)
    yield from map(note_of_absent, absent_parents(found, files, here))


def note_of_absent(absent: Absent) -> Finding:
    """Return the note for an event whose parents are not here, for a reason that nobody knows."""
    message = f"it follows {', '.join(absent.parents[:3])}, not here (reverted, or not merged)"
    return _finding(Kind.EVENT_PARENT_MISSING, absent.file, message)


def _bytes_of(root: Path, file: File) -> bytes:
    try:
        return read_bytes(root / file.path)
    except MltrackError:
        return b""


def _short(error: IntegrityError, file: File) -> str:
    return error.message.replace(f"{file.path} ", "it ").removeprefix(f"{file.path}:")


def _finding(kind: Kind, file: File, message: str) -> Finding:
    return Finding(kind=kind, path=file.path, subject=file.place.owner, message=message)
