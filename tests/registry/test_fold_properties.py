"""The fold gives one valid view, whatever git does to the set of files."""

from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from mltrack.registry.entities import ModelState
from mltrack.registry.facts import Aliased, Fact, NumberAssigned, Tagged
from mltrack.registry.policy import MoveRefusedError
from mltrack.store.events import Event
from tests.registry.clones import MODEL, STAGES, Clone, folded, named

CLONES = 3
WHAT = ["register", "promote", "promote", "assign", "alias", "unalias", "tag", "merge"]
ACTIONS = st.lists(
    st.tuples(
        st.sampled_from(WHAT), st.integers(0, CLONES - 1), st.integers(0, 20), st.integers(0, 3)
    ),
    max_size=25,
)


def act(clones: list[Clone], what: str, who: int, pick: int, other: int) -> None:
    """Let a clone do something, if it can."""
    ours = clones[who]
    known = [version.id for version in ours.state.versions]
    if what == "register":
        ours.register()
    elif what == "merge":
        ours.merge(clones[other % CLONES])
    elif not known:
        return
    elif what == "promote":
        try:
            ours.promote(known[pick % len(known)], STAGES.order[other])
        except MoveRefusedError:
            return
    else:
        version = known[pick % len(known)]
        facts: dict[str, Fact] = {
            "assign": NumberAssigned(version=version, number=1 + pick),
            "alias": Aliased(alias="champion", version=version),
            "unalias": Aliased(alias="champion", version=None),
            "tag": Tagged(version=version, tags={"n": pick}),
        }
        ours.say(facts[what])


def story(actions: list[tuple[str, int, int, int]]) -> list[Event]:
    """Return all events that clones wrote."""
    clones = [Clone() for _ in range(CLONES)]
    for action in actions:
        act(clones, *action)
    return list({name: e for clone in clones for name, e in clone.events.items()}.values())


def check(state: ModelState) -> None:
    """Fail unless a view is valid."""
    ids = {version.id for version in state.versions}
    numbers = [version.number for version in state.versions if version.number is not None]
    assert len(numbers) == len(set(numbers))
    assert not set(numbers) & set(state.contested_numbers)
    assert not set(state.holders) & set(state.contested)
    assert {*state.holders.values(), *state.aliases.values()} <= ids
    for stage in STAGES.exclusive:
        there = [version.id for version in state.versions if version.stage == stage]
        assert there == ([state.holders[stage]] if stage in state.holders else [])
    unsure = {version for found in state.contested.values() for version in found}
    assert {version.id for version in state.versions if version.stage is None} == unsure


@settings(max_examples=60, deadline=None)
@given(ACTIONS, st.data())
def test_any_order_and_any_duplication_give_the_same_view(
    actions: list[tuple[str, int, int, int]], data: st.DataObject
) -> None:
    events = story(actions)
    twice = data.draw(st.lists(st.sampled_from(events), max_size=5)) if events else []
    shuffled = data.draw(st.permutations([*events, *twice]))
    state = folded(*events)
    assert folded(*shuffled) == state
    check(state)


@settings(max_examples=60, deadline=None)
@given(ACTIONS, st.data())
def test_any_subset_gives_a_valid_view(
    actions: list[tuple[str, int, int, int]], data: st.DataObject
) -> None:
    events = story(actions)
    kept = [event for event in events if data.draw(st.booleans())]
    check(folded(*kept))


@settings(max_examples=60, deadline=None)
@given(ACTIONS)
def test_a_promote_that_has_seen_everything_settles_every_stage(
    actions: list[tuple[str, int, int, int]],
) -> None:
    ours = Clone({event.name: event for event in story(actions)})
    for _ in range(2 * len(STAGES.exclusive)):
        for stage, candidates in ours.state.contested.items():
            ours.promote(candidates[0], stage)
            assert ours.state.holders[stage] == candidates[0]
            break
    assert ours.state.contested == {}


ANYTHING = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=8) | st.floats(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner),
    max_leaves=6,
)
KEYS = ["model", "version", "proposed", "stage", "digest", "flavor", "source", "evidence"]
KINDS = ["registered", "promoted", "number-assigned", "aliased", "described", "tagged", "other"]


@settings(max_examples=200, deadline=None)
@given(
    st.sampled_from(KINDS),
    st.dictionaries(st.sampled_from(KEYS), ANYTHING),
    st.booleans(),
)
def test_a_body_of_any_content_never_breaks_the_view(
    kind: str, body: dict[str, Any], ours: bool
) -> None:
    clone = Clone()
    clone.register()
    clone.add(kind, body | ({"model": MODEL} if ours else {}))
    state = clone.state
    check(state)
    assert len(state.versions) == 1


@given(ACTIONS, st.integers(0, 24))
def test_an_event_that_bears_no_time_costs_a_warning(
    actions: list[tuple[str, int, int, int]], which: int
) -> None:
    events = story(actions)
    if events:
        chosen = events[which % len(events)]
        broken = named(Event(kind=chosen.kind, subject=MODEL, time="soon", body=chosen.body))
        state = folded(*events, broken)
        check(state)
        assert any("is not a time" in warning for warning in state.warnings)
