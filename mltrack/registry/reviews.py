"""What was proposed, and what others say to it, as the events of a model come in order."""

from dataclasses import replace

from mltrack.registry.decoding import Decoded
from mltrack.registry.entities import Request, Review
from mltrack.registry.facts import Moved, Requested, Reviewed
from mltrack.store.ancestry import Ancestry


class Requests:
    """The requests that are open, and those that were rejected.

    A move of the version to the stage closes the requests that its event follows or names. A
    rejection closes one for ever: who still wants it proposes it anew. What is said to a request
    that is not here, or that its author had not seen, says nothing.
    """

    __slots__ = ("_ancestry", "_by_event", "_made", "_open")

    def __init__(self, ancestry: Ancestry) -> None:
        self._ancestry = ancestry
        self._by_event: dict[str, Request] = {}
        self._open: dict[tuple[str, str], list[str]] = {}
        self._made: set[str] = set()

    def add(self, decoded: Decoded) -> None:
        """Take into account what an event asks, or says to a request."""
        event, fact = decoded.event, decoded.fact
        match fact:
            case Requested():
                self._by_event[event.name] = Request(
                    event=event.name,
                    version=fact.version,
                    stage=fact.stage,
                    from_stage=fact.from_stage,
                    actor=event.actor,
                    time=decoded.time,
                    reason=event.reason,
                    evidence=fact.evidence,
                )
                if event.name not in self._made:
                    self._open.setdefault((fact.version, fact.stage), []).append(event.name)
            case Reviewed() if fact.request in self._by_event:
                self._review(decoded, fact)

    def drop(self, event: str, version: str) -> None:
        """Close all that an event saw asked for a version, which was deleted meanwhile."""
        follows = self._ancestry.follows
        for (asked, _), waiting in self._open.items():
            if asked == version:
                waiting[:] = [r for r in waiting if not follows(event, r)]

    def close(self, event: str, fact: Moved) -> None:
        """Take into account that the event of this name moves a version."""
        if fact.request:
            self._made.add(fact.request)
        waiting = self._open.get((fact.version, fact.stage))
        if waiting:
            follows = self._ancestry.follows
            waiting[:] = [r for r in waiting if r != fact.request and not follows(event, r)]

    def _review(self, decoded: Decoded, fact: Reviewed) -> None:
        event, request = decoded.event, self._by_event[fact.request]
        is_about = (request.version, request.stage) == (fact.version, fact.stage)
        if not is_about or not self._ancestry.follows(event.name, request.event):
            return
        review = Review(
            event=event.name,
            approves=fact.approves,
            actor=event.actor,
            time=decoded.time,
            reason=event.reason,
            attested=fact.attested,
        )
        self._by_event[fact.request] = replace(request, reviews=(*request.reviews, review))

    def open(self) -> tuple[Request, ...]:
        """Return the requests that nobody made or rejected, in the order of their events."""
        names = sorted(name for waiting in self._open.values() for name in waiting)
        found = (self._by_event[name] for name in names)
        return tuple(request for request in found if not request.is_rejected)

    def named(self, event: str) -> Request | None:
        """Return the request of this event, open or not, with all that was said to it."""
        return self._by_event.get(event)
