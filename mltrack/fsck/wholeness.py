"""Tell by its bytes alone whether a file of a store is a whole one of its role: pure."""

from pathlib import Path

from mltrack.errors import MltrackError
from mltrack.fsck import events, runs
from mltrack.fsck.events import File
from mltrack.fsck.markers import has_markers
from mltrack.fsck.places import EVENTS, Place, Role
from mltrack.store.manifest import decode_manifest
from mltrack.store.yaml_reader import mapping_of


def refuse_broken(place: Place, data: bytes, path: str) -> None:
    """Refuse the bytes of a record, an event, a manifest or a config.yaml that say nothing.

    Raises:
        IntegrityError: they cannot be understood, or are of another run or event.
    """
    if place.role is Role.RECORD:
        runs.record_of(data, path, place.owner)
    elif place.role in EVENTS:
        events.event_of(data, File(path, place))
    elif place.role is Role.MANIFEST:
        decode_manifest(data, Path(path))
    elif place.role is Role.CONFIG:
        mapping_of(data, path)


def is_whole(place: Place, data: bytes, path: str) -> bool:
    """Tell whether bytes are a whole file of their role, as far as they alone can tell."""
    if place.role is Role.PACKAGES:
        return not runs.packages_fault(data)
    if place.role is Role.PATCH:
        return data.startswith(b"\x1f\x8b")
    try:
        if place.role is Role.RECORD:
            return not runs.is_changed(runs.record_of(data, path, place.owner))
        refuse_broken(place, data, path)
    except MltrackError:
        return False
    return not has_markers(data)
