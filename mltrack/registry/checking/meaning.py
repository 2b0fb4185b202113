"""Hold one new event against the model as its author saw it. Pure."""

from collections.abc import Iterator

from mltrack.errors import MltrackError
from mltrack.registry import policy
from mltrack.registry.entities import ModelState, Version
from mltrack.registry.facts import (
    Deleted,
    Fact,
    Moved,
    NumberAssigned,
    Registered,
    Requested,
    Reviewed,
)
from mltrack.registry.moves import Promotion
from mltrack.registry.people import is_same
from mltrack.registry.stages import ARCHIVED, Stages
from mltrack.store.events import Event


def faults_of(event: Event, fact: Fact, before: ModelState, stages: Stages) -> Iterator[str]:
    """Yield what an event must not do, moves apart.

    Args:
        event: the event.
        fact: what it says.
        before: the model as the events before it tell it.
        stages: the stages of the branch that it goes to.
    """
    match fact:
        case Registered():
            if fact.stage != stages.first:
                yield f"registers a version in {fact.stage}, and each begins in {stages.first}"
            if fact.proposed != before.next_number:
                yield f"takes the number {fact.proposed}, and the next is {before.next_number}"
        case NumberAssigned():
            yield from _number_faults(fact, before)
        case Deleted():
            yield from _deletion_faults(fact, before, stages)
        case Requested() if stages.known(fact.stage) != fact.stage:
            yield f"asks for the stage {fact.stage!r}, which there is not"
        case Reviewed():
            yield from _review_faults(event, fact, before)
    if not isinstance(fact, Registered) and fact.version and not _known(before, fact.version):
        yield f"is about {fact.version}, which is not registered before it"


def _number_faults(fact: NumberAssigned, before: ModelState) -> Iterator[str]:
    if not any(fact.version in ids for ids in before.contested_numbers.values()):
        yield f"gives another number to {fact.version}, which has one of its own"
    if fact.number != before.next_number:
        yield f"gives the number {fact.number}, and the next is {before.next_number}"


def _deletion_faults(fact: Deleted, before: ModelState, stages: Stages) -> Iterator[str]:
    for version in before.versions:
        used = [stage for stage in version.claimed if stage in stages.exclusive]
        if used and fact.version in {None, version.id}:
            yield f"removes {version.uri}, which is in {' and '.join(used)}"


def _known(state: ModelState, version: str) -> bool:
    return any(one.id == version for one in (*state.versions, *state.deleted))


def _review_faults(event: Event, fact: Reviewed, before: ModelState) -> Iterator[str]:
    request = next((one for one in before.requests if one.event == fact.request), None)
    if request is None:
        yield f"answers {fact.request}, which is no open request"
        return
    if (request.version, request.stage) != (fact.version, fact.stage):
        yield f"answers {fact.request}, which asks for something else"
    if fact.approves and is_same(request.actor, event.actor):
        yield "approves what the same person asked for"


def move_of(fact: Moved, before: ModelState, stages: Stages) -> Promotion:
    """Return the move that an event must be to do no more than it says.

    Raises:
        MltrackError: the version may not move there, or the event moves other versions too.
    """
    version = _here(before, fact.version)
    move = policy.promotion(before, stages, version, fact.stage)
    if fact.stage != move.to_stage:
        raise policy.MoveRefusedError(f"moves to {fact.stage!r}, which is no stage's own name")
    _refuse_other_kind(fact, version, stages)
    pushed = {one.version.id: one.to for one in move.displaced}
    right = {v.id: move.replaced_to for v in move.replaces} | pushed
    said = dict.fromkeys(fact.replaces, fact.replaced_to or stages.resting) | dict(fact.displaced)
    if said != right:
        raise policy.MoveRefusedError(
            f"moves other versions than it should: it says {_told(said)}, it must be {_told(right)}"
        )
    return move


def _here(state: ModelState, version_id: str) -> Version:
    found = next((one for one in state.versions if one.id == version_id), None)
    if found is None:
        raise MltrackError(f"moves {version_id}, which was deleted or is not registered before it")
    return found


def _refuse_other_kind(fact: Moved, version: Version, stages: Stages) -> None:
    """Refuse a move that is called what it is not."""
    order = stages.order
    goes_on = version.stage in order and order.index(fact.stage) > order.index(version.stage)
    if fact.kind == "archived" and fact.stage != ARCHIVED:
        raise policy.MoveRefusedError(f"says that it archives, and moves to {fact.stage}")
    if fact.kind == "demoted" and goes_on:
        raise policy.MoveRefusedError(
            f"says that it demotes, and moves from {version.stage} to {fact.stage}"
        )


def _told(places: dict[str, str]) -> str:
    return ", ".join(f"{version} to {stage}" for version, stage in sorted(places.items())) or "none"
