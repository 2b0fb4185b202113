"""Immutable events, one file each: the file's name is its lamport time and the hash of its bytes.

Annotations, experiments and the registry all use this one codec. Events form a graph through
`parents`; the fold reads them in the order of (lamport, hash), which respects that graph.
"""

import os
import re
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any, NamedTuple

from mltrack.errors import IntegrityError, MltrackError, UsageError
from mltrack.store import clock
from mltrack.store.atomic import write_file
from mltrack.store.layout import EVENT_SUFFIX
from mltrack.store.plain import plain_folder, read_small
from mltrack.store.sha256 import sha256_hex
from mltrack.store.yaml_reader import mapping_of, read_bytes
from mltrack.store.yaml_writer import dump

NOTHING: Mapping[str, Any] = {}
EVENT_NAME = re.compile(r"([0-9]{12})-([0-9a-f]{20})\Z")
SUFFIX = EVENT_SUFFIX
FORMAT = 1
_ENVELOPE = ("format", "kind", "lamport", "nonce", "subject", "parents", "actor", "time", "reason")
_LAST_LAMPORT = 10**12 - 1
_READ_ANYWAY = "read as far as known"


class Event(NamedTuple):
    """Something that happened, once and for ever.

    Attributes:
        name: lamport time in 12 digits, a dash, 20 hex digits of the sha256 of the file.
        kind: what happened, in one word: registered, promoted, deleted.
        subject: what it happened to: a run id, an experiment id, a model's name.
        parents: names of the events that its author saw last.
        actor: who, as `{name, email, source}`.
        time: when its author said it, as the store writes time; never used for order.
        reason: why, in the author's words.
        body: every other key, as its kind defines them; unknown ones are kept.
        nonce: random, so that no two events have the same bytes.
        format: of the file that it was read from.
    """

    kind: str
    subject: str
    parents: tuple[str, ...] = ()
    actor: Mapping[str, Any] = NOTHING
    time: str = ""
    reason: str = ""
    body: Mapping[str, Any] = NOTHING
    name: str = ""
    nonce: str = ""
    format: int = FORMAT

    @property
    def lamport(self) -> int:
        """Return the logical time: one more than the highest among the parents."""
        return lamport_after(self.parents)


class Events(NamedTuple):
    """What a folder of events holds: the good ones in order, and a fault for each bad file."""

    events: tuple[Event, ...] = ()
    faults: tuple[str, ...] = ()

    @property
    def heads(self) -> tuple[str, ...]:
        """Return the names of the events that no other event here follows."""
        seen = {parent for event in self.events for parent in event.parents}
        floor = max(map(lamport_of, self.missing), default=0)
        names = [event.name for event in self.events if event.name not in seen]
        return tuple(name for name in names if lamport_of(name) >= floor)

    @property
    def missing(self) -> tuple[str, ...]:
        """Return the names of events that some event has seen and that are not here."""
        here = {event.name for event in self.events}
        return tuple(sorted({p for e in self.events for p in e.parents} - here))


def lamport_of(name: str) -> int:
    """Return the logical time that an event's name begins with."""
    return int(name[:12])


def lamport_after(parents: Iterable[str]) -> int:
    """Return 1 + the highest logical time among the names of parents; 1 with none."""
    return 1 + max(map(lamport_of, parents), default=0)


def record(folder: Path, event: Event, *, tmp: Path, sync: bool = True, prefix: str = "") -> Event:
    """Write an event below `folder` and return it with its name.

    Args:
        folder: where the events of this subject lie.
        event: the event; time and nonce are filled in where they are empty.
        tmp: the store's folder for files being written.
        sync: whether it has reached the disk when this returns.
        prefix: stands before the event's name in the file's name (annotations: the run id).

    Raises:
        StoreWriteError: the disk refused.
        IntegrityError: a parent claims the last logical time that there is.
    """
    if event.lamport > _LAST_LAMPORT:
        raise IntegrityError(
            f"nothing can follow the event {max(event.parents)} in {folder}",
            why="it claims the last logical time that there is, so it was not written by mltrack",
            fix="remove that file",
        )
    whole = event._replace(
        time=event.time or clock.to_text(clock.now()),
        nonce=event.nonce or os.urandom(8).hex(),
    )
    data = encode(whole)
    name = _name_of(data, whole.lamport)
    write_file(folder / f"{prefix}{name}{SUFFIX}", data, tmp=tmp, sync=sync)
    return whole._replace(name=name)


def encode(event: Event) -> bytes:
    """Return the bytes of an event's file.

    Raises:
        ValueError: the body has a key of the envelope.
    """
    if taken := event.body.keys() & set(_ENVELOPE):
        raise ValueError(f"the body of an event cannot have the key {min(taken)!r}")
    head = {
        "format": FORMAT,
        "kind": event.kind,
        "lamport": event.lamport,
        "nonce": event.nonce,
        "subject": event.subject,
        "parents": list(event.parents),
        "actor": event.actor,
        "time": event.time,
        "reason": event.reason,
    }
    return dump({**head, **event.body})


def _name_of(data: bytes, lamport: int) -> str:
    return f"{lamport:012d}-{sha256_hex(data)[:20]}"


def read_folder(folder: Path, *, prefix: str = "", subject: str = "") -> Events:
    """Return the events in a folder whose file names begin with `prefix`, in order.

    Args:
        folder: where they lie.
        prefix: what the files' names begin with: of annotations, the run's id and a dot.
        subject: what they must be about; empty means what `prefix` says, or anything.
    """
    try:
        listed = os.listdir(folder)  # noqa: PTH208 - a fifth of what paths cost
    except (FileNotFoundError, NotADirectoryError):
        return Events()
    except OSError as error:
        return Events(faults=(f"{folder} cannot be read: {error.strerror or error}",))
    names = sorted(n for n in listed if n.startswith(prefix) and n.endswith(SUFFIX))
    return _together(read_each(folder, names, prefix=prefix, subject=subject))


def read_files(files: Iterable[Path], *, prefix: str = "", subject: str = "") -> Events:
    """Return the events in these files, in order, and a fault for each that is no event."""
    about = subject or prefix.removesuffix(".")
    return _together([_found(None, f"{path}", path.name, prefix, about) for path in files])


class Found(NamedTuple):
    """What a file holds: an event, or a fault; both where the event is of a newer format."""

    file: str
    event: Event | None
    fault: str = ""


def read_each(
    folder: Path, names: Iterable[str], *, prefix: str = "", subject: str = ""
) -> list[Found]:
    """Return what each file of these names in one folder holds; the folder is opened once."""
    about, top = subject or prefix.removesuffix("."), f"{folder}"
    with plain_folder(folder) as opened:
        return [_found(opened, f"{top}/{name}", name, prefix, about) for name in names]


def _together(found: list[Found]) -> Events:
    return Events(
        events=tuple(sorted((f.event for f in found if f.event), key=lambda e: e.name)),
        faults=tuple(f.fault for f in found if f.fault),
    )


def _found(folder: int | None, path: str, file: str, prefix: str, about: str) -> Found:
    name = file[len(prefix) : -len(SUFFIX)]
    try:
        data = None if folder is None else read_small(folder, file)
        event = decode(Path(path), name) if data is None else decode_bytes(data, name, path)
        _refuse_other(event, about, path)
    except MltrackError as error:
        return Found(file, None, error.message)
    if event.format > FORMAT:
        return Found(file, event, f"{path} is of the newer format {event.format}, {_READ_ANYWAY}")
    return Found(file, event)


def _refuse_other(event: Event, subject: str, path: str) -> None:
    if subject and event.subject != subject:
        raise IntegrityError(f"{path} is about {event.subject!r}, not about {subject!r}")


def decode(path: Path, name: str) -> Event:
    """Return the event in a file, checked against the name it bears.

    One of a newer format is read as far as it can be.

    Raises:
        IntegrityError: it is a link, its bytes or its place in time do not match its name, or it
            is no event.
    """
    if EVENT_NAME.match(name) is None or path.is_symlink():
        raise IntegrityError(f"{path} does not bear the name of an event")
    return decode_bytes(read_bytes(path), name, path)


def decode_bytes(data: bytes, name: str, source: Path | str) -> Event:
    """Return the event that bytes hold, checked against the name that they bear.

    Raises:
        IntegrityError: they or their place in time do not match the name, or are no event.
    """
    if EVENT_NAME.match(name) is None:
        raise IntegrityError(f"{source} does not bear the name of an event")
    if not _matches(data, name):
        data = data.replace(b"\r\n", b"\n")
        if not _matches(data, name):
            raise IntegrityError(f"{source} was changed after it was written")
    return _event_of(mapping_of(data, str(source)), name, source)


def _matches(data: bytes, name: str) -> bool:
    return sha256_hex(data)[:20] == name[13:]


def _event_of(fields: dict[str, Any], name: str, path: Path | str) -> Event:
    parents, actor = fields.get("parents"), fields.get("actor")
    well_formed = (
        type(fields.get("format")) is int
        and isinstance(parents, list)
        and all(isinstance(p, str) and EVENT_NAME.match(p) for p in parents)
        and isinstance(actor, dict)
        and all(isinstance(fields.get(key), str) for key in ("kind", "subject", "reason"))
        and _is_time(fields.get("time"))
    )
    if not well_formed:
        raise IntegrityError(f"{path} is not an event: a field is missing or of the wrong kind")
    event = Event(
        name=name,
        kind=fields["kind"],
        subject=fields["subject"],
        parents=tuple(fields["parents"]),
        actor=fields["actor"],
        time=fields["time"],
        reason=fields["reason"],
        nonce=str(fields.get("nonce", "")),
        format=fields["format"],
        body={k: v for k, v in fields.items() if k not in _ENVELOPE},
    )
    if not event.lamport == fields.get("lamport") == lamport_of(name):
        raise IntegrityError(f"{path} does not follow its parents")
    return event


def _is_time(value: object) -> bool:
    try:
        return isinstance(value, str) and clock.from_text(value) is not None
    except UsageError:
        return False
