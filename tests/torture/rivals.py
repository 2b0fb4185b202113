"""Who must be contested: found in the plainest way from the events alone, as the fold does not."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import NamedTuple

from mltrack.errors import MltrackError
from mltrack.registry.codec import decode
from mltrack.registry.entities import ModelState
from mltrack.registry.facts import Deleted, Fact, Moved, Registered, Restored
from mltrack.registry.stages import Stages
from mltrack.store.events import Event, lamport_of


class _Claim(NamedTuple):
    """An event puts a version into a stage, on purpose or because it was in the way."""

    version: str
    event: str
    stage: str
    chosen: bool = True


def rivals_in(
    events: Sequence[Event], state: ModelState, stages: Stages
) -> Mapping[str, tuple[str, ...]]:
    """Return the versions that must be contested, by the exclusive stage for which they compete.

    Versions that anybody ever deleted are left out: the rules for them are other ones.
    """
    ordered = sorted(events, key=lambda event: event.name)
    facts = dict(_facts(ordered))
    after = _followers(ordered)
    claims = [claim for name, fact in facts.items() for claim in _claims(name, fact, stages)]
    standing = [claim for claim in claims if _stands(claim, claims, after)]
    left = [c for c in standing if c.stage not in stages.exclusive or not _lost(c, standing, after)]
    sure = {version.id for version in state.versions} - _touched(facts, after)
    found: dict[str, tuple[str, ...]] = {}
    for stage in stages.exclusive:
        there = sorted({claim.version for claim in left if claim.stage == stage} & sure)
        elsewhere = {claim.version for claim in left if claim.stage != stage}
        if len(there) > 1 or set(there) & elsewhere:
            found[stage] = tuple(there)
    return found


def _touched(facts: Mapping[str, Fact], after: Mapping[str, set[str]]) -> set[str]:
    """Return the versions that somebody deleted or restored, alone or with the whole model."""
    registered = {f.version: name for name, f in facts.items() if isinstance(f, Registered)}
    found: set[str] = set()
    for name, fact in facts.items():
        if isinstance(fact, Deleted | Restored):
            later = {v for v, event in registered.items() if event in after[name]}
            found |= {fact.version} if fact.version else registered.keys() - later
    return found


def _facts(events: Iterable[Event]) -> Iterator[tuple[str, Fact]]:
    for event in events:
        try:
            fact = decode(event)
        except MltrackError:
            continue
        if fact is not None:
            yield event.name, fact


def _followers(events: Sequence[Event]) -> dict[str, set[str]]:
    """Return for each event those that follow it; of a missing parent, all before its time."""
    before: dict[str, set[str]] = {}
    for event in events:
        seen: set[str] = set()
        for parent in event.parents:
            if parent in before:
                seen |= {parent} | before[parent]
            else:
                seen |= {name for name in before if lamport_of(name) < lamport_of(parent)}
        before[event.name] = seen
    after: dict[str, set[str]] = {event.name: set() for event in events}
    for name, seen in before.items():
        for earlier in seen:
            after[earlier].add(name)
    return after


def _claims(event: str, fact: Fact, stages: Stages) -> Iterator[_Claim]:
    if isinstance(fact, Registered):
        yield _Claim(fact.version, event, fact.stage)
    elif isinstance(fact, Moved):
        yield _Claim(fact.version, event, fact.stage)
        to = fact.replaced_to or stages.resting
        pushed = [*((version, to) for version in fact.replaces), *fact.displaced]
        for version, stage in pushed:
            if version != fact.version:
                yield _Claim(version, event, stage, chosen=False)


def _stands(claim: _Claim, claims: Sequence[_Claim], after: Mapping[str, set[str]]) -> bool:
    """Tell whether nobody who saw a claim moved its version, and nobody else did so on purpose."""
    others = [one for one in claims if one.version == claim.version]
    last = [one for one in others if not any(two.event in after[one.event] for two in others)]
    return claim in last and (claim.chosen or not any(one.chosen for one in last))


def _lost(claim: _Claim, standing: Sequence[_Claim], after: Mapping[str, set[str]]) -> bool:
    """Tell whether somebody who saw a claim gave the stage to another version."""
    return any(
        one.stage == claim.stage
        and one.version != claim.version
        and one.event in after[claim.event]
        for one in standing
    )
