"""A fold that goes on gives what a fold of everything gives."""

from random import Random

from hypothesis import given, settings
from hypothesis import strategies as st

from mltrack.registry.facts import Moved
from mltrack.registry.fold import Folding
from mltrack.store.events import Event
from tests.registry import stories
from tests.registry.clones import MODEL, STAGES, Clone, folded, named
from tests.registry.stories import Action, story

# Two clones that move a few versions into the same stages, and merge often.
WHAT = [*["promote"] * 6, *["merge"] * 4, *set(stories.WHAT)]
ACTIONS = stories.actions(sorted(WHAT), clones=2, least=8, most=30)


@settings(max_examples=100, deadline=None)
@given(ACTIONS, st.integers(0, 2**32))
def test_after_each_further_event_it_is_the_fold_of_all_that_came(
    happened: list[Action], seed: int
) -> None:
    random = Random(seed)
    events = sorted(story(happened), key=lambda event: event.name)
    kept = [event for event in events if random.random() < 0.9]
    going_on = Folding(MODEL, STAGES)
    for number, event in enumerate(kept, start=1):
        going_on.add([event])
        if random.random() < 0.7:
            assert going_on.state() == folded(*kept[:number])
    assert going_on.state() == folded(*kept)


def test_an_event_that_makes_no_sense_costs_its_warning_once() -> None:
    ours = Clone()
    ours.register()
    odd = named(Event(kind="registered", subject=MODEL, parents=ours.state.heads, time="soon"))
    going_on = Folding(MODEL, STAGES)
    going_on.add(ours.events.values())
    going_on.state()
    going_on.add([odd])
    assert going_on.state().warnings == going_on.state().warnings
    assert going_on.state() == folded(*ours.events.values(), odd)


def test_what_was_given_away_stays_as_it_was() -> None:
    ours = Clone()
    first, second = ours.register(), ours.register()
    going_on = Folding(MODEL, STAGES)
    going_on.add(ours.events.values())
    before, expected = going_on.state(), ours.state
    known = set(ours.events)
    ours.promote(first, "production")
    ours.promote(second, "production")
    ours.fork().register()
    going_on.add(event for name, event in ours.events.items() if name not in known)
    assert going_on.state() == ours.state
    assert before == expected


def test_a_stage_that_is_given_to_another_without_a_word_is_found_out_each_time() -> None:
    ours = Clone()
    first, second = ours.register(), ours.register()
    ours.promote(first, "production")
    going_on = Folding(MODEL, STAGES)
    going_on.add(ours.events.values())
    going_on.state()
    for version, stage, expected in (
        (second, "production", {"production": second}),
        (second, "staging", {"production": first, "staging": second}),
    ):
        going_on.add([ours.say(Moved(version=version, stage=stage))])
        assert going_on.state().holders == expected
        assert going_on.state() == ours.state
