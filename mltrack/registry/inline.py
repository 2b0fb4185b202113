"""Whether git carries the files of a version: those that are inline in a manifest, not objects."""

from collections.abc import Iterable

from mltrack.registry.entities import Version
from mltrack.registry.moves import Promotion
from mltrack.registry.policy import MoveRefusedError
from mltrack.store.manifest import Entry, read_manifest
from mltrack.store.store import Store
from mltrack.tracking.reader import artifacts_of, load_run

_NAMED = 3


def unpushed_files(store: Store, version: Version) -> tuple[str, ...]:
    """Return the files of a version that git does not carry, by their paths in the package.

    Raises:
        NotFoundError: the run that has the files is not here.
        IntegrityError: a manifest cannot be understood.
    """
    prefix = f"{version.source.path}/"
    entries = (entry for entry in _entries(store, version) if entry.path.startswith(prefix))
    return tuple(sorted(entry.path[len(prefix) :] for entry in entries if not entry.inline))


def _entries(store: Store, version: Version) -> Iterable[Entry]:
    if version.source.run is None:
        return read_manifest(store.layout.model_version(version.folder, version.id)).values()
    return artifacts_of(store, load_run(store, version.source.run))[0]


def refuse_unpushed(move: Promotion) -> None:
    """Refuse a move to an exclusive stage of a version whose files git does not carry.

    Raises:
        MoveRefusedError: it names them.
    """
    if not move.unpushed:
        return
    more = len(move.unpushed) - _NAMED
    named = [*map(repr, move.unpushed[:_NAMED]), *([f"{more} more"] if more > 0 else [])]
    raise MoveRefusedError(
        f"{move.version.model} {move.version.label} cannot go to {move.to_stage}:"
        f" git does not carry {', '.join(named)}",
        why="what is kept as an object is on this machine only, and may be gone with it",
        fix="raise artifacts.inline_file_bytes in .mltrack/config.yaml and log the model again,"
        " or add --allow-unpushed, which is recorded",
    )
