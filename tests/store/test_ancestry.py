"""Which events follow which, in any graph, with any of them missing."""

from hypothesis import given
from hypothesis import strategies as st

from mltrack.store.ancestry import Ancestry
from mltrack.store.events import Event, lamport_after
from tests.support.walked import ancestors

GRAPHS = st.lists(
    st.tuples(st.sets(st.integers(0, 30), max_size=3), st.booleans()), min_size=1, max_size=14
)


def events_of(graph: list[tuple[set[int], bool]]) -> list[Event]:
    """Return events of a graph, without those that are said to be missing."""
    made: list[Event] = []
    for number, (choices, _) in enumerate(graph):
        parents = {made[choice % number].name for choice in choices} if number else set()
        name = f"{lamport_after(parents):012d}-{number * 7919:020x}"
        made.append(Event(kind="x", subject="s", parents=tuple(sorted(parents)), name=name))
    kept = [event for event, (_, missing) in zip(made, graph, strict=True) if not missing]
    return sorted(kept, key=lambda event: event.name)


@given(GRAPHS)
def test_following_means_the_same_whether_it_is_walked_or_asked(
    graph: list[tuple[set[int], bool]],
) -> None:
    events = events_of(graph)
    asked = Ancestry(events)
    for later in events:
        walked = ancestors(events, later)
        for earlier in events:
            assert asked.follows(later.name, earlier.name) == (earlier.name in walked)


@given(GRAPHS)
def test_nothing_follows_itself_or_what_follows_it(graph: list[tuple[set[int], bool]]) -> None:
    events = events_of(graph)
    asked = Ancestry(events)
    for one in events:
        assert not asked.follows(one.name, one.name)
        for other in events:
            assert not (asked.follows(one.name, other.name) and asked.follows(other.name, one.name))
