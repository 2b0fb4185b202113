"""Who had a part in a version being where it is: pure, from the history of its model."""

from collections.abc import Sequence
from dataclasses import dataclass

from mltrack.registry.entities import HistoryEntry, ModelState, Version

_ANSWERS = ("approved", "rejected")
_REQUESTED = "requested"


@dataclass(frozen=True, slots=True, kw_only=True)
class Responsibility:
    """Who had a part in a version being where it is.

    Attributes:
        registered: the event that made it.
        requests: those that asked for the move to its stage.
        reviews: the answers to those.
        moved: the event that put it into its stage; None where it was registered there, or while
            branches disagree.
    """

    version: Version
    registered: HistoryEntry
    requests: tuple[HistoryEntry, ...] = ()
    reviews: tuple[HistoryEntry, ...] = ()
    moved: HistoryEntry | None = None

    @property
    def steps(self) -> tuple[HistoryEntry, ...]:
        """Return all of it in its order."""
        moved = (self.moved,) if self.moved else ()
        return (self.registered, *self.requests, *self.reviews, *moved)


def responsibility(state: ModelState, version: Version) -> Responsibility:
    """Return who registered a version, and who asked for, answered and made its last move."""
    history = tuple(state.history)
    by_name = {entry.event: entry for entry in history}
    moved = by_name.get(version.placed) if version.placed != version.event else None
    requests = tuple(_requests(history, version, moved)) if moved else ()
    asked = {request.event for request in requests}
    return Responsibility(
        version=version,
        registered=by_name[version.event],
        requests=requests,
        reviews=tuple(e for e in history if e.kind in _ANSWERS and e.request in asked),
        moved=moved,
    )


def _requests(
    history: Sequence[HistoryEntry], version: Version, moved: HistoryEntry
) -> list[HistoryEntry]:
    """Return the requests that a move names or, where it names none, all that it could answer.

    These are those for the same stage since the version was moved the time before.
    """
    found: list[HistoryEntry] = []
    for entry in history[: history.index(moved)]:
        if moved.request:
            found += [entry] if entry.event == moved.request else []
        elif version.id in dict(entry.moved):
            found = []
        elif _asks(entry, version, moved.to_stage):
            found.append(entry)
    return found


def _asks(entry: HistoryEntry, version: Version, stage: str) -> bool:
    return entry.kind == _REQUESTED and (entry.version, entry.to_stage) == (version.id, stage)
