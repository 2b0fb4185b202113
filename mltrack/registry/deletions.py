"""Which versions were deleted: a delete counts where it saw all that was said of the version."""

from collections.abc import Iterator, Sequence

from mltrack.registry.decoding import Decoded
from mltrack.registry.facts import Deleted, Fact, Registered, Restored
from mltrack.registry.holders import Claim, Claims
from mltrack.store.ancestry import Ancestry

_DELETED, _KEPT = "deleted", "kept"
_MODEL = ""


class Deletions:
    """The versions of a model that were deleted, as events come in order.

    A version is deleted when a delete follows every other event that is about it; one that it did
    not see keeps the version, and so does one that follows it. That another version replaced it is
    not about it.

    Attributes:
        deleted: the event that deleted each version that is deleted.
        disputed: the versions that somebody deleted, and that are kept.
    """

    __slots__ = ("_ancestry", "_claims", "_decoded", "_registered", "deleted", "disputed")

    def __init__(self, ancestry: Ancestry, decoded: Sequence[Decoded]) -> None:
        """Take the list of all events that were understood, to which others are added later."""
        self.deleted: dict[str, str] = {}
        self.disputed: set[str] = set()
        self._ancestry = ancestry
        self._decoded = decoded
        self._claims: Claims | None = None
        self._registered: dict[str, str] = {}

    def add(self, event: str, fact: Fact) -> tuple[str, ...]:
        """Take what an event says into account; it is the last in the list already.

        Returns:
            The versions that it brings back: those that were deleted as far as its author saw.
        """
        if self._claims is not None:
            return self._take(self._claims, event, fact)
        if isinstance(fact, Deleted):  # few models have one: what came before is looked at now
            self._claims = Claims(self._ancestry)
            for one in self._decoded:
                if one.fact is not None:
                    self._take(self._claims, one.event.name, one.fact)
        return ()

    def _take(self, claims: Claims, event: str, fact: Fact) -> tuple[str, ...]:
        if isinstance(fact, Registered):
            self._registered[fact.version] = event
            for unseen in claims.standing(_MODEL):
                if unseen.target == _DELETED and not self._ancestry.follows(event, unseen.event):
                    claims.add(fact.version, unseen)
        claim = Claim(event, _DELETED if isinstance(fact, Deleted) else _KEPT)
        return tuple(v for v in self._about(claims, claim, fact) if self._say(claims, v, claim))

    def _about(self, claims: Claims, claim: Claim, fact: Fact) -> Iterator[str]:
        """Yield the versions that an event is about; a model that is deleted means all of them."""
        if fact.version is not None:
            yield fact.version
        elif isinstance(fact, Deleted | Restored):
            claims.add(_MODEL, claim)
            for version, made in self._registered.items():
                if isinstance(fact, Deleted) or self._ancestry.follows(claim.event, made):
                    yield version

    def _say(self, claims: Claims, version: str, claim: Claim) -> bool:
        """Note what an event says of a version, and tell whether that brings it back."""
        follows = self._ancestry.follows
        seen = [c.target for c in claims.standing(version) if follows(claim.event, c.event)]
        claims.add(version, claim)
        words = {c.target: c.event for c in claims.standing(version)}
        self.deleted.pop(version, None)
        self.disputed.discard(version)
        if version in self._registered and _DELETED in words:
            if _KEPT in words:
                self.disputed.add(version)
            else:
                self.deleted[version] = words[_DELETED]
        return claim.target == _KEPT and set(seen) == {_DELETED}
