"""Bring events over: each is one file that never changes, so a union is all there is to do."""

import hashlib
from collections.abc import Iterable
from pathlib import Path
from typing import NamedTuple

from mltrack.errors import IntegrityError, MltrackError, StoreWriteError
from mltrack.importers import strangers
from mltrack.importers.entities import Tally
from mltrack.store.atomic import write_file
from mltrack.store.events import EVENT_NAME, FORMAT, SUFFIX, decode_bytes
from mltrack.store.store import Store
from mltrack.store.yaml_reader import mapping_of
from mltrack.store.yaml_writer import dump


class Found(NamedTuple):
    """An event in a stranger's folder: its name and its bytes, which fit each other."""

    name: str
    data: bytes


class Place(NamedTuple):
    """Where events lie: the folder, what their files' names begin with, what they are about."""

    folder: Path
    prefix: str
    subject: str

    def file(self, name: str) -> Path:
        """Return the file of an event of this name."""
        return self.folder / f"{self.prefix}{name}{SUFFIX}"


def bring(
    store: Store, source: Place, names: Iterable[str], target: Place, *, tally: Tally, dry_run: bool
) -> int:
    """Copy the events that are not here, and return how many those are.

    Args:
        store: the store to write to.
        source: where they come from.
        names: the names of the events there.
        target: where they go; when it is about another subject, they are told anew of that.
        tally: takes a line for each that is broken.
        dry_run: copy nothing.

    Raises:
        StoreWriteError: the disk refused.
    """
    anew = source.subject != target.subject
    wanted = [name for name in names if anew or not _is_here(target.file(name))]
    found = [event for name in wanted if (event := _read(source, name, tally))]
    told = _told_anew(found, target, tally) if anew else found
    missing = [event for event in told if not _is_here(target.file(event.name))]
    if not dry_run:
        for event in missing:
            path = target.file(event.name)
            write_file(path, event.data, tmp=store.layout.tmp, sync=store.syncs)
    tally.events += len(missing)
    return len(missing)


def _is_here(path: Path) -> bool:
    return path.is_symlink() or path.exists()


def _read(place: Place, name: str, tally: Tally) -> Found | None:
    path = place.file(name)
    try:
        data = strangers.content(path)
        event = decode_bytes(data, name, path)
        if event.subject != place.subject:
            raise IntegrityError(f"{path} is about {event.subject!r}, not about {place.subject!r}")
    except StoreWriteError:
        raise
    except MltrackError as error:
        tally.skipped.append(error.message)
        return None
    return Found(name, data if _fits(data, name) else data.replace(b"\r\n", b"\n"))


def _fits(data: bytes, name: str) -> bool:
    return hashlib.sha256(data).hexdigest()[:20] == name[13:]


def _told_anew(found: list[Found], target: Place, tally: Tally) -> list[Found]:
    """Return events with another subject; the same events give the same ones everywhere."""
    names: dict[str, str] = {}
    told: list[Found] = []
    for event in sorted(found):
        fields = mapping_of(event.data, event.name)
        if fields["format"] != FORMAT:
            tally.skipped.append(f"{event.name} is of a newer format: not told of {target.subject}")
            continue
        fields["subject"] = target.subject
        fields["parents"] = [names.get(parent, parent) for parent in fields["parents"]]
        data = dump(fields)
        names[event.name] = f"{event.name[:13]}{hashlib.sha256(data).hexdigest()[:20]}"
        told.append(Found(names[event.name], data))
    return told


def names_in(folder: Path, tally: Tally) -> list[str]:
    """Return the names of the files in a folder that may be events; other names are passed over."""
    try:
        files = strangers.others_in(folder)
    except IntegrityError as error:
        if folder.exists():
            tally.skipped.append(error.message)
        return []
    stems = [name.removesuffix(SUFFIX) for name in files if name.endswith(SUFFIX)]
    return [stem for stem in stems if EVENT_NAME.search(stem)]
