"""Whether what was deleted stays so: kept wins over a deletion that had not seen everything."""

from collections.abc import Mapping, Sequence
from typing import NamedTuple

from mltrack.store.ancestry import Ancestry
from mltrack.store.events import Event

DELETED, RESTORED = "deleted", "restored"


class Verdict(NamedTuple):
    """What the deletions and restorations of one subject come to.

    Attributes:
        deleted: whether it counts as deleted.
        unseen: what a deletion that stands had not seen, so that the subject is kept; else empty.
    """

    deleted: bool
    unseen: str = ""

    @property
    def warnings(self) -> tuple[str, ...]:
        """Return the line that tells of a deletion that does not count, if there is one."""
        told = f"it was deleted by someone who had not seen {self.unseen}, so it is kept"
        return (f"{told}; rm or restore settles that",) if self.unseen else ()


def verdict(events: Sequence[Event], counts: Mapping[str, int], late: str) -> Verdict:
    """Return whether a subject counts as deleted: when a deletion saw all that was said and made.

    Args:
        events: all that was said of the subject, in order.
        counts: how many things there are now, under the keys of a deletion's `seen`.
        late: what to call a thing that a deletion had not seen; `{}` stands for its key.
    """
    unseen = [what for _, what in _unseen(events, counts, late)]
    if not unseen or "" in unseen:
        return Verdict(deleted=bool(unseen))
    return Verdict(deleted=False, unseen=unseen[0])


def deletions_that_hold(events: Sequence[Event], counts: Mapping[str, int]) -> list[Event]:
    """Return the deletions by which a subject counts as deleted: they stand, and saw everything."""
    return [event for event, what in _unseen(events, counts, "{}") if not what]


def deletions_standing(events: Sequence[Event]) -> list[Event]:
    """Return the deletions that no later word overrules; none where a restoration stands too."""
    decisions = [e for e in events if e.kind in {DELETED, RESTORED}]
    if not decisions:
        return []
    follows = Ancestry(events).follows
    latest = [e for e in decisions if not any(follows(d.name, e.name) for d in decisions)]
    return [] if any(e.kind == RESTORED for e in latest) else latest


def _unseen(
    events: Sequence[Event], counts: Mapping[str, int], late: str
) -> list[tuple[Event, str]]:
    """Return the deletions that stand, each with what it had not seen, or an empty text."""
    standing = deletions_standing(events)
    if not standing:
        return []
    ancestry = Ancestry(events)
    return [(e, _said_apart(e, events, ancestry) or _made_since(e, counts, late)) for e in standing]


def _said_apart(deletion: Event, events: Sequence[Event], ancestry: Ancestry) -> str:
    """Return what was said by somebody who had not seen a deletion, nor it what they said."""
    for other in events:
        if other.kind == DELETED or ancestry.follows(other.name, deletion.name):
            continue
        if not ancestry.follows(deletion.name, other.name):
            return f"that it was {other.kind}"
    return ""


def _made_since(deletion: Event, counts: Mapping[str, int], late: str) -> str:
    """Return what there is now that a deletion had not seen."""
    said = deletion.body.get("seen")
    seen = said if isinstance(said, dict) else {}
    newer = [key for key, count in counts.items() if count > _count(seen.get(key))]
    return late.format(newer[0]) if newer else ""


def _count(value: object) -> int:
    return value if type(value) is int else 0
