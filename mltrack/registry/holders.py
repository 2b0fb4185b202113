"""Who holds what: the claims that nobody who saw them has overruled."""

from collections.abc import Mapping
from typing import NamedTuple

from mltrack.registry.stages import Stages
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
        kept = [
            other
            for other in self._latest.get(thing, [])
            if not self._ancestry.follows(claim.event, other.event)
        ]
        self._latest[thing] = [*kept, claim]

    def standing(self) -> dict[str, list[Claim]]:
        """Return for each thing the claims that stand, in the order of their events."""
        return {thing: _chosen_first(claims) for thing, claims in self._latest.items()}


def _chosen_first(claims: list[Claim]) -> list[Claim]:
    return [claim for claim in claims if claim.chosen] or claims


class Stagings(NamedTuple):
    """Where the versions of a model are.

    Attributes:
        stage: the stage of each version; None while branches disagree on it.
        claimed: the stages to which each version was moved by the claims that stand.
        holders: the version in each exclusive stage that has exactly one.
        contested: the candidates for each exclusive stage on which branches disagree.
    """

    stage: dict[str, str | None]
    claimed: dict[str, tuple[str, ...]]
    holders: dict[str, str]
    contested: dict[str, tuple[str, ...]]


def stagings(standing: Mapping[str, list[Claim]], stages: Stages, ancestry: Ancestry) -> Stagings:
    """Return where versions are, given the claims on each that stand."""
    overtaken = {
        found for stage in stages.exclusive for found in _overtaken(stage, standing, ancestry)
    }
    claimed = {
        version: tuple(dict.fromkeys(c.target for c in claims if (version, c) not in overtaken))
        or (stages.resting,)
        for version, claims in standing.items()
    }
    contested, holders = _contested(claimed, stages)
    unsure = {version for candidates in contested.values() for version in candidates}
    stage = {v: None if v in unsure else found[-1] for v, found in claimed.items()}
    return Stagings(stage, claimed, holders, contested)


def _contested(
    claimed: Mapping[str, tuple[str, ...]], stages: Stages
) -> tuple[dict[str, tuple[str, ...]], dict[str, str]]:
    contested: dict[str, tuple[str, ...]] = {}
    holders: dict[str, str] = {}
    for stage in stages.order:
        candidates = tuple(v for v, found in claimed.items() if stage in found)
        if stage not in stages.exclusive or not candidates:
            continue
        if len(candidates) > 1 or len(claimed[candidates[0]]) > 1:
            contested[stage] = candidates
        else:
            holders[stage] = candidates[0]
    return contested, holders


def _overtaken(
    stage: str, standing: Mapping[str, list[Claim]], ancestry: Ancestry
) -> list[tuple[str, Claim]]:
    """Return the claims on a stage that a later event gave to another version without a word."""
    claims = [(v, c) for v, found in standing.items() for c in found if c.target == stage]
    return [
        (version, claim)
        for version, claim in claims
        if any(w != version and ancestry.follows(c.event, claim.event) for w, c in claims)
    ]
