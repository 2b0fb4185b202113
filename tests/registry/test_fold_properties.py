"""The fold gives one valid view, whatever git does to the set of files."""

from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from mltrack.errors import IntegrityError
from mltrack.registry import codec
from mltrack.store.events import Event
from tests.registry.clones import MODEL, STAGES, Clone, folded, named
from tests.registry.stories import Action, actions, check, story
from tests.registry.test_codec import FACTS


@settings(max_examples=60, deadline=None)
@given(actions(), st.data())
def test_any_order_and_any_duplication_give_the_same_view(
    happened: list[Action], data: st.DataObject
) -> None:
    events = story(happened)
    twice = data.draw(st.lists(st.sampled_from(events), max_size=5)) if events else []
    shuffled = data.draw(st.permutations([*events, *twice]))
    state = folded(*events)
    assert folded(*shuffled) == state
    check(state)


@settings(max_examples=60, deadline=None)
@given(actions(), st.data())
def test_any_subset_gives_a_valid_view(happened: list[Action], data: st.DataObject) -> None:
    events = story(happened)
    kept = [event for event in events if data.draw(st.booleans())]
    check(folded(*kept))


@settings(max_examples=60, deadline=None)
@given(actions())
def test_a_promote_that_has_seen_everything_settles_every_stage(
    happened: list[Action],
) -> None:
    ours = Clone({event.name: event for event in story(happened)})
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
GOOD = dict(codec.encode(MODEL, fact) for fact in FACTS)
KEYS = sorted({key for body in GOOD.values() for key in body} - {"model"})


@st.composite
def bodies(draw: st.DrawFn) -> tuple[str, dict[str, Any]]:
    """Return a kind and a body of it in which some keys hold anything, or are not there."""
    kind = draw(st.sampled_from([*sorted(GOOD), "other"]))
    body = dict(GOOD.get(kind, {"model": MODEL}))
    body |= draw(st.dictionaries(st.sampled_from(KEYS), ANYTHING, max_size=3))
    for key in draw(st.lists(st.sampled_from(KEYS), max_size=2)):
        body.pop(key, None)
    inner = draw(st.sampled_from(["evidence", "source", "displaced"]))
    if isinstance(body.get(inner), dict):
        body[inner] = {**body[inner], **draw(st.dictionaries(st.sampled_from(INNER), ANYTHING))}
    return kind, body


INNER = ["run", "path", "files", "metrics", "evaluations", "gates"]


@settings(max_examples=150, deadline=None)
@given(bodies())
def test_a_body_of_any_content_says_something_or_is_refused(said: tuple[str, Any]) -> None:
    kind, body = said
    try:
        fact = codec.decode(Event(kind=kind, subject=MODEL, body=body))
    except IntegrityError:
        return
    assert (fact is None) == (kind == "other")


@settings(max_examples=100, deadline=None)
@given(bodies(), st.booleans())
def test_a_body_of_any_content_never_breaks_the_view(said: tuple[str, Any], ours: bool) -> None:
    clone = Clone()
    version = clone.register()
    kind, body = said
    clone.add(kind, {**body, "model": MODEL if ours else body.get("stage")})
    state = clone.state
    check(state)
    assert len(state.warnings) <= 3
    assert version in {v.id for v in (*state.versions, *state.deleted)}
    list(state.history)


@given(actions(), st.integers(0, 24))
def test_an_event_that_bears_no_time_costs_a_warning(happened: list[Action], which: int) -> None:
    events = story(happened)
    if events:
        chosen = events[which % len(events)]
        broken = named(Event(kind=chosen.kind, subject=MODEL, time="soon", body=chosen.body))
        state = folded(*events, broken)
        check(state)
        assert any("is not a time" in warning for warning in state.warnings)
