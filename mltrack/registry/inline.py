"""Whether git carries the files of a version: those that are inline in a manifest, not objects."""

from mltrack.registry.entities import Version
from mltrack.registry.moves import Promotion
from mltrack.store.store import Store


def unpushed_files(store: Store, version: Version) -> tuple[str, ...]:  # noqa: ARG001
    """Return the files of a version that git does not carry, by their paths in the package."""
    return ()


def refuse_unpushed(move: Promotion) -> None:
    """Refuse a move to an exclusive stage of a version whose files git does not carry.

    Raises:
        MoveRefusedError: it names them.
    """
