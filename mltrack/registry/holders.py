"""Who holds what: the claims that nobody who saw them has overruled."""

from typing import NamedTuple

from mltrack.store.ancestry import Ancestry


class Claim(NamedTuple):
    """An event puts something somewhere: a version into a stage, an alias on a version.

    Attributes:
        event: the event's name.
        target: the stage, or the version.
        chosen: whether it was the event's purpose; a version that is replaced was not chosen, and
            where another branch moved it on purpose, that counts.
    """

    event: str
    target: str
    chosen: bool = True


class Claims:
    """The claims on each thing, as events come in order; the later overrules what it follows."""

    __slots__ = ("_ancestry", "_latest")

    def __init__(self, ancestry: Ancestry) -> None:
        self._ancestry = ancestry
        self._latest: dict[str, list[Claim]] = {}

    def add(self, thing: str, claim: Claim) -> None:
        """Take a claim into account."""
        before = self._latest.get(thing)
        if before is None:
            self._latest[thing] = [claim]
            return
        follows, event = self._ancestry.follows, claim.event
        kept = [c for c in before if not follows(event, c.event)]
        kept.append(claim)
        self._latest[thing] = kept

    def things(self) -> list[str]:
        """Return all that was ever claimed, sorted."""
        return sorted(self._latest)

    def standing(self, thing: str) -> list[Claim]:
        """Return the claims on a thing that stand, in the order of their events."""
        claims = self._latest.get(thing, [])
        return [claim for claim in claims if claim.chosen] or claims
