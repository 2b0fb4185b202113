"""Stories of clones that say all that can be said of a model, and take from each other, by lot."""

from hypothesis import strategies as st

from mltrack.registry.entities import ModelState
from mltrack.registry.facts import (
    Aliased,
    Deleted,
    Described,
    Fact,
    Moved,
    NumberAssigned,
    Requested,
    Restored,
    Reviewed,
    Tagged,
)
from mltrack.registry.policy import MoveRefusedError
from mltrack.store.events import Event
from tests.registry import clones as clones_
from tests.registry.clones import STAGES, Clone

CLONES = 3
MOVES = ["promote", "demote", "push"]
SAYINGS = ["assign", "alias", "unalias", "tag", "tag model", "describe"]
REVIEWS = ["request", "approve", "reject", "make"]
ENDS = ["delete", "delete model", "restore", "restore model"]
GIT = ["merge", "merge", "revert", "cherry-pick"]
WHAT = ["register", "register", "promote", "promote", *MOVES, *SAYINGS, *REVIEWS, *ENDS, *GIT]
Action = tuple[str, int, int, int]


def actions(
    what: list[str] = WHAT, *, clones: int = CLONES, least: int = 0, most: int = 25
) -> st.SearchStrategy[list[Action]]:
    """Return what clones may do: what, who, to which version or event, and from or to where."""
    one = st.tuples(
        st.sampled_from(what),
        st.integers(0, clones - 1),
        st.integers(0, 20),
        st.integers(0, len(STAGES.order) - 1),
    )
    return st.lists(one, min_size=least, max_size=most)


def story(happened: list[Action]) -> list[Event]:
    """Return all events that clones wrote, the same each time, those that were reverted too."""
    clones_.begin_anew()
    clones = [Clone() for _ in range(CLONES)]
    written: dict[str, Event] = {}
    for action in happened:
        _act(clones, *action)
        written |= clones[action[1]].events
    return list(written.values())


def _act(clones: list[Clone], what: str, who: int, pick: int, other: int) -> None:
    """Let a clone do something, if it can."""
    ours, theirs = clones[who], clones[other % CLONES]
    state = ours.state
    known = [version.id for version in (*state.versions, *state.deleted)]
    if what == "register":
        ours.register()
    elif what == "merge":
        ours.merge(theirs)
    elif what == "revert" and ours.events:
        del ours.events[sorted(ours.events)[pick % len(ours.events)]]
    elif what == "cherry-pick" and theirs.events:
        event = theirs.events[sorted(theirs.events)[pick % len(theirs.events)]]
        ours.events[event.name] = event
    elif what == "promote" and state.versions:
        _promote(ours, state.versions[pick % len(state.versions)].id, STAGES.order[other])
    elif known and (fact := _fact(state, what, known[pick % len(known)], pick, other)):
        ours.say(fact)


def _promote(ours: Clone, version: str, stage: str) -> None:
    try:
        ours.promote(version, stage)
    except MoveRefusedError:
        return


def _fact(state: ModelState, what: str, version: str, pick: int, other: int) -> Fact | None:
    stage = STAGES.order[other]
    others = tuple(v.id for v in state.versions[:2])
    if what in {"approve", "reject", "make"}:
        return _answer(state, what, pick)
    facts: dict[str, Fact] = {
        "demote": Moved(kind="demoted", version=version, stage=stage, replaces=others),
        "push": Moved(
            version=version,
            stage=stage,
            replaces=others[:1],
            replaced_to=STAGES.order[pick % 4],
            displaced=tuple((v, STAGES.order[other - 1]) for v in others[1:]),
        ),
        "assign": NumberAssigned(version=version, number=1 + pick),
        "alias": Aliased(alias="champion", version=version),
        "unalias": Aliased(alias="champion", version=None),
        "tag": Tagged(version=version, tags={"n": pick}),
        "tag model": Tagged(version=None, tags={"n": pick}),
        "describe": Described(version=version, fields={"description": f"{pick}"}),
        "request": Requested(version=version, stage=stage),
        "delete": Deleted(version=version),
        "delete model": Deleted(version=None),
        "restore": Restored(version=version),
        "restore model": Restored(version=None),
    }
    return facts.get(what)


def _answer(state: ModelState, what: str, pick: int) -> Fact | None:
    if not state.requests:
        return None
    request = state.requests[pick % len(state.requests)]
    if what == "make":
        return Moved(version=request.version, stage=request.stage, request=request.event)
    return Reviewed(
        request=request.event,
        version=request.version,
        stage=request.stage,
        approves=what == "approve",
    )


def check(state: ModelState) -> None:
    """Fail unless a view is valid."""
    ids = {version.id for version in state.versions}
    assert not ids & {version.id for version in state.deleted}
    _check_numbers(state)
    assert not set(state.holders) & set(state.contested)
    named = {*state.holders.values(), *state.aliases.values(), *(r.version for r in state.requests)}
    contested = (*state.contested.values(), *state.contested_aliases.values())
    assert named | {version for found in contested for version in found} <= ids
    for stage in STAGES.exclusive:
        there = [version.id for version in state.versions if version.stage == stage]
        assert there == ([state.holders[stage]] if stage in state.holders else [])
    unsure = {version for found in state.contested.values() for version in found}
    assert {version.id for version in state.versions if version.stage is None} == unsure
    assert {version.stage for version in state.deleted} <= {"archived"}
    assert not any(request.is_rejected for request in state.requests)
    for version in (*state.versions, *state.deleted):
        assert (version.since is None) == (version.stage is None) == (not version.placed)
        assert version.aliases == tuple(a for a, v in state.aliases.items() if v == version.id)
    assert len(state.history) == len(list(state.history))


def _check_numbers(state: ModelState) -> None:
    everyone = (*state.versions, *state.deleted)
    numbers = [version.number for version in everyone if version.number is not None]
    assert len(numbers) == len(set(numbers))
    assert not set(numbers) & set(state.contested_numbers)
    assert all(number < state.next_number for number in (*numbers, *state.contested_numbers))
    shared = {version for found in state.contested_numbers.values() for version in found}
    assert {version.id for version in state.versions if version.number is None} <= shared
