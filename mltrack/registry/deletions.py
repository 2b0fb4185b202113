"""Which versions were deleted: a delete counts where it saw all that was said of the version."""

from collections.abc import Sequence

from mltrack.registry.decoding import Decoded
from mltrack.registry.facts import Deleted, Fact, Registered, Restored
from mltrack.registry.holders import Claim, Claims
from mltrack.store.ancestry import Ancestry

_DELETED, _KEPT = "deleted", "kept"


class Deletions:
    """The versions of a model that were deleted, as events come in order.

    A version is deleted when a delete follows every other event that is about it; one that it did
    not see keeps the version. That another version replaced it is not about it.
    """

    __slots__ = ("_ancestry", "_claims", "_decoded", "_registered")

    def __init__(self, ancestry: Ancestry, decoded: Sequence[Decoded]) -> None:
        """Take the list of all events that were understood, to which others are added later."""
        self._ancestry = ancestry
        self._decoded = decoded
        self._claims: Claims | None = None
        self._registered: set[str] = set()

    def add(self, event: str, fact: Fact) -> None:
        """Take what an event says into account; it is the last in the list already."""
        if self._claims is not None:
            self._take(self._claims, event, fact)
        elif isinstance(fact, Deleted):  # few models have one: what came before is looked at now
            self._claims = Claims(self._ancestry)
            for one in self._decoded:
                if one.fact is not None:
                    self._take(self._claims, one.event.name, one.fact)

    def _take(self, claims: Claims, event: str, fact: Fact) -> None:
        if isinstance(fact, Registered):
            self._registered.add(fact.version)
        word = _DELETED if isinstance(fact, Deleted) else _KEPT
        if fact.version is not None:
            claims.add(fact.version, Claim(event, word))
        elif isinstance(fact, Deleted | Restored):
            for version in sorted(self._registered):
                claims.add(version, Claim(event, word))

    def of(self) -> frozenset[str]:
        """Return the versions that are deleted."""
        if self._claims is None:
            return frozenset()
        return frozenset(v for v in self._registered if self._words(v) == {_DELETED})

    def warnings(self, labels: dict[str, str]) -> tuple[str, ...]:
        """Return a line for each version that is kept though somebody deleted it.

        Args:
            labels: what people call each version.
        """
        if self._claims is None:
            return ()
        return tuple(
            f"{labels[version]} was deleted by somebody who had not seen all that was done with"
            " it, so it is kept"
            for version in sorted(self._registered)
            if len(self._words(version)) > 1
        )

    def _words(self, version: str) -> set[str]:
        claims = self._claims
        return set() if claims is None else {claim.target for claim in claims.standing(version)}
