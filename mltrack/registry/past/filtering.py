"""Which entries of a history are wanted."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime

from mltrack.errors import UsageError, nearest
from mltrack.registry.codec import KINDS
from mltrack.registry.entities import Actor, HistoryEntry


@dataclass(frozen=True, slots=True, kw_only=True)
class Wanted:
    """What an entry must be to be shown; all that is not said holds for any.

    Attributes:
        forced: only what was done though a gate was not met.
        unpushed: only what was done though git did not carry all files of the version.
        since: not before this moment.
        until: not after this moment.
        kinds: only events of these kinds.
        by: only what somebody did whose email or name has this in it, in any case.
    """

    forced: bool = False
    unpushed: bool = False
    since: datetime | None = None
    until: datetime | None = None
    kinds: frozenset[str] = frozenset()
    by: str = ""

    def has(self, entry: HistoryEntry) -> bool:
        """Tell whether an entry is wanted."""
        return (
            (entry.forced or not self.forced)
            and (entry.unpushed or not self.unpushed)
            and (self.since is None or entry.time >= self.since)
            and (self.until is None or entry.time <= self.until)
            and (not self.kinds or entry.kind in self.kinds)
            and _is_by(entry.actor, self.by.casefold())
        )


def filtered(history: Iterable[HistoryEntry], wanted: Wanted) -> Iterator[HistoryEntry]:
    """Yield the entries that are wanted, in their order."""
    return filter(wanted.has, history)


def checked_kinds(kinds: Iterable[str]) -> frozenset[str]:
    """Return kinds of events that there are.

    Raises:
        UsageError: there is no such kind.
    """
    for kind in kinds:
        if kind not in KINDS:
            raise UsageError(
                f"there is no kind of event {kind!r}{nearest(kind, KINDS)}",
                why=f"the kinds are {', '.join(KINDS)}",
            )
    return frozenset(kinds)


def _is_by(actor: Actor, wanted: str) -> bool:
    words = (str(actor.get(key) or "") for key in ("email", "name"))
    return any(wanted in word.casefold() for word in words)
