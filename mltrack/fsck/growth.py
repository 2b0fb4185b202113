"""Tell whether a committed file has grown as a run does that was copied while it lived: pure."""

from pathlib import Path

from mltrack.errors import MltrackError
from mltrack.fsck.places import Role
from mltrack.store.manifest import decode_manifest
from mltrack.tracking import codec


def has_grown(role: Role, old: bytes, new: bytes) -> bool:
    """Tell whether new bytes of a file say all that the old ones said, and more.

    A run that was committed before it had ended elsewhere may grow: rows are added behind those
    that were there, files to those that were listed, and the record covers more rows.
    """
    if role is Role.JOURNAL:
        return new.startswith(old) and (not old or old.endswith(b"\n"))
    if role is Role.RECORD:
        return _record_has_grown(old, new)
    return role is Role.MANIFEST and _manifest_has_grown(old, new)


def _record_has_grown(old: bytes, new: bytes) -> bool:
    try:
        before, after = codec.decode(old, "run.yaml"), codec.decode(new, "run.yaml")
    except MltrackError:
        return False
    rows = {writer: after.seen.get(writer, 0) - count for writer, count in before.seen.items()}
    more = set(after.seen) - set(before.seen)
    unended = before.status == "running"
    return all(count >= 0 for count in rows.values()) and (
        unended or bool(more) or any(count > 0 for count in rows.values())
    )


def _manifest_has_grown(old: bytes, new: bytes) -> bool:
    try:
        before = decode_manifest(old, Path("artifacts.yaml")).entries
        after = decode_manifest(new, Path("artifacts.yaml")).entries
    except MltrackError:
        return False
    return all(after.get(path) == entry for path, entry in before.items())
