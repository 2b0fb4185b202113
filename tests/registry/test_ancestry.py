"""Which events follow which, in graphs of any shape."""

from hypothesis import given, settings
from hypothesis import strategies as st

from mltrack.store.ancestry import Ancestry
from mltrack.store.events import Event, lamport_after
from tests.registry.clones import named

Graph = list[list[int]]
GRAPHS = st.lists(st.lists(st.integers(0, 30), max_size=3), min_size=1, max_size=30)


def events_of(graph: Graph) -> list[Event]:
    """Return events, each with parents among those before it."""
    events: list[Event] = []
    for number, picks in enumerate(graph):
        parents = tuple(dict.fromkeys(events[p % len(events)].name for p in picks if events))
        events.append(named(Event(kind="x", subject="x", parents=parents, nonce=str(number))))
    return sorted(events, key=lambda event: event.name)


def walked(events: list[Event], later: Event) -> set[str]:
    """Return what an event follows, by the rule as it is written down and nothing clever."""
    here = {event.name: event for event in events}
    found: set[str] = set()
    waiting = [later]
    while waiting:
        event = waiting.pop()
        for parent in event.parents:
            below = (
                {n for n in here if int(n[:12]) < int(parent[:12])}
                if parent not in here
                else {parent}
            )
            waiting += [here[name] for name in below - found]
            found |= below
    return found


@settings(max_examples=150, deadline=None)
@given(GRAPHS, st.data())
def test_it_agrees_with_a_walk_through_the_graph(graph: Graph, data: st.DataObject) -> None:
    events = [event for event in events_of(graph) if data.draw(st.integers(0, 9)) > 0]
    ancestry = Ancestry(events)
    for later in events:
        expected = walked(events, later)
        assert {e.name for e in events if ancestry.follows(later.name, e.name)} == expected


def test_no_event_follows_itself() -> None:
    event = named(Event(kind="x", subject="x"))
    assert not Ancestry([event]).follows(event.name, event.name)


def test_a_long_line_is_told_without_walking_it() -> None:
    events: list[Event] = []
    for number in range(5000):
        parents = (events[-1].name,) if events else ()
        name = f"{lamport_after(parents):012d}-{number:020x}"
        events.append(Event(kind="x", subject="x", parents=parents, name=name))
    ancestry = Ancestry(events)
    assert all(ancestry.follows(events[-1].name, event.name) for event in events[:-1])
