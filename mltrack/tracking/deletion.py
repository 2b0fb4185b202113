"""Whether what was deleted stays so: kept wins over a deletion that had not seen everything."""

from collections.abc import Mapping, Sequence
from typing import NamedTuple

from mltrack.store.events import Event, ancestors

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
    standing = deletions_standing(events)
    unseen = [_unseen(event, events, counts, late) for event in standing]
    if not unseen or "" in unseen:
        return Verdict(deleted=bool(unseen))
    return Verdict(deleted=False, unseen=unseen[0])


def deletions_that_hold(events: Sequence[Event], counts: Mapping[str, int]) -> list[Event]:
    """Return the deletions by which a subject counts as deleted: they stand, and saw everything."""
    standing = deletions_standing(events)
    return [event for event in standing if not _unseen(event, events, counts, "{}")]


def deletions_standing(events: Sequence[Event]) -> list[Event]:
    """Return the deletions that no later word overrules; none where a restoration stands too."""
    decisions = [e for e in events if e.kind in {DELETED, RESTORED}]
    overruled = {name for e in decisions for name in ancestors(events, e)}
    latest = [e for e in decisions if e.name not in overruled]
    return [] if any(e.kind == RESTORED for e in latest) else latest


def _unseen(deletion: Event, events: Sequence[Event], counts: Mapping[str, int], late: str) -> str:
    """Return what was said or made that a deletion had not seen, and what did not see it."""
    known = {deletion.name, *ancestors(events, deletion)}
    for other in events:
        concurrent = other.name not in known and deletion.name not in ancestors(events, other)
        if concurrent and other.kind != DELETED:
            return f"that it was {other.kind}"
    said = deletion.body.get("seen")
    seen = said if isinstance(said, dict) else {}
    newer = [key for key, count in counts.items() if count > _count(seen.get(key))]
    return late.format(newer[0]) if newer else ""


def _count(value: object) -> int:
    return value if type(value) is int else 0
