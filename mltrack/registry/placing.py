"""Where the versions of a model are, as events move them; what an event leaves alone stays."""

from collections.abc import Iterator, Mapping
from typing import NamedTuple

from mltrack.registry.facts import Moved, Registered
from mltrack.registry.holders import Claim, Claims
from mltrack.registry.stages import Stages
from mltrack.store.ancestry import Ancestry


class _Rivals(NamedTuple):
    """Who wants one exclusive stage.

    Attributes:
        claims: the claims on it that stand, of each version that has any.
        overtaken: of those, the ones after which it was given to another version without a word.
        candidates: the versions that are there when those are left out.
    """

    claims: dict[str, list[Claim]]
    overtaken: set[tuple[str, Claim]]
    candidates: set[str]


class Placing:
    """The stages of versions: events are added in order, `settle` finds out what they changed.

    Attributes:
        stage: the stage of each version; None while branches disagree on it.
        claimed: the stages to which each version was moved by the claims that stand.
        holders: the version in each exclusive stage that has exactly one.
        contested: the candidates for each exclusive stage on which branches disagree.
    """

    def __init__(self, stages: Stages, ancestry: Ancestry) -> None:
        self.stage: dict[str, str | None] = {}
        self.claimed: dict[str, tuple[str, ...]] = {}
        self.holders: dict[str, str] = {}
        self.contested: dict[str, tuple[str, ...]] = {}
        self._resting = stages.resting
        self._ancestry = ancestry
        self._claims = Claims(ancestry)
        self._placed: dict[str, dict[str, str]] = {}
        self._order: dict[str, int] = {}
        self._unregistered: set[str] = set()
        self._moved: dict[str, None] = {}
        self._deleted: dict[str, str] = {}
        exclusive = [stage for stage in stages.order if stage in stages.exclusive]
        self._rivals = {stage: _Rivals({}, set(), set()) for stage in exclusive}

    def add(self, event: str, fact: Registered | Moved) -> None:
        """Take what the event of this name says into account."""
        if isinstance(fact, Registered):
            self._claim(fact.version, Claim(event, fact.stage))
            self._unregistered.discard(fact.version)
            return
        if fact.replaces or fact.displaced:
            for version, stage in _pushed(fact, self._resting):
                if version != fact.version:
                    self._claim(version, Claim(event, stage, chosen=False))
        self._claim(fact.version, Claim(event, fact.stage))

    def retire(self, event: str, version: str) -> None:
        """Put a version that an event brings back, after it was deleted, where those rest."""
        self._claim(version, Claim(event, self._resting, chosen=False))

    def placed(self, version: str) -> str:
        """Return the event that put a version into its stage; empty while that is contested."""
        return self._placed[version].get(self.stage[version] or "", "")

    def _claim(self, version: str, claim: Claim) -> None:
        if version not in self._order:
            self._order[version] = len(self._order)
            self._unregistered.add(version)
        self._claims.add(version, claim)
        self._moved[version] = None

    def dangling(self) -> tuple[str, ...]:
        """Return a line for each version that is moved but not registered."""
        last = {v: self._claims.standing(v)[-1].event for v in sorted(self._unregistered)}
        return tuple(
            f"event {event} moves {version}, which is not registered here"
            for version, event in last.items()
        )

    def settle(self, deleted: Mapping[str, str]) -> set[str]:
        """Find out where versions are now, and return those that may be elsewhere than before.

        Args:
            deleted: the event that deleted each version that is deleted. Such a version rests,
                and is no candidate for a stage; the version that it replaced there stays replaced.
        """
        changed = {version for version, _ in deleted.items() ^ self._deleted.items()}
        both = (*self._moved, *changed)  # in order, for what was made together lies together
        moved = dict.fromkeys(v for v in both if v not in self._unregistered)
        self._moved, self._deleted = {}, dict(deleted)
        standing = {version: self._claims.standing(version) for version in moved}
        for stage, rivals in self._rivals.items():
            if _claim_anew(rivals.claims, stage, standing):
                moved |= dict.fromkeys(self._overtake(rivals))
        for version in moved:
            self._place(version)
        unsure = self._unsure()
        self._hold()
        moved |= dict.fromkeys(unsure ^ self._unsure())
        unsure = self._unsure()
        for version in moved:
            self.stage[version] = None if version in unsure else self.claimed[version][-1]
        return {*moved}

    def _overtake(self, rivals: _Rivals) -> set[str]:
        """Find the claims that a later event overtook; return the versions of which that is new."""
        claims = [(v, c) for v, found in rivals.claims.items() for c in found]
        overtaken = {
            (version, claim)
            for version, claim in claims
            if any(w != version and self._ancestry.follows(c.event, claim.event) for w, c in claims)
        }
        changed = {version for version, _ in overtaken ^ rivals.overtaken}
        rivals.overtaken.clear()
        rivals.overtaken.update(overtaken)
        return changed

    def _place(self, version: str) -> None:
        found = self._found(version)
        self.claimed[version] = tuple(found) or (self._resting,)
        self._placed[version] = found
        for stage, rivals in self._rivals.items():
            if stage in self.claimed[version]:
                rivals.candidates.add(version)
            else:
                rivals.candidates.discard(version)

    def _found(self, version: str) -> dict[str, str]:
        """Return where a version is, and the event that put it there."""
        if version in self._deleted:
            return {self._resting: self._deleted[version]}
        return {
            claim.target: claim.event
            for claim in self._claims.standing(version)
            if claim.target not in self._rivals
            or (version, claim) not in self._rivals[claim.target].overtaken
        }

    def _hold(self) -> None:
        self.holders, self.contested = {}, {}
        for stage, rivals in self._rivals.items():
            candidates = sorted(rivals.candidates, key=self._order.__getitem__)
            if len(candidates) > 1 or (candidates and len(self.claimed[candidates[0]]) > 1):
                self.contested[stage] = tuple(candidates)
            elif candidates:
                self.holders[stage] = candidates[0]

    def _unsure(self) -> set[str]:
        return {version for candidates in self.contested.values() for version in candidates}


def _pushed(fact: Moved, resting: str) -> Iterator[tuple[str, str]]:
    """Yield the versions that were in the way of a move, and where each went."""
    to = fact.replaced_to or resting
    yield from ((version, to) for version in sorted({*fact.replaces}))
    yield from fact.displaced


def _claim_anew(
    claims: dict[str, list[Claim]], stage: str, standing: dict[str, list[Claim]]
) -> bool:
    """Note the claims on a stage of versions that moved, and tell whether any is or was there."""
    is_hit = False
    for version, found in standing.items():
        here = [claim for claim in found if claim.target == stage]
        is_hit = is_hit or bool(here) or version in claims
        if here:
            claims[version] = here
        else:
            claims.pop(version, None)
    return is_hit
