"""Which events follow which, found by walking from parent to parent."""

from collections.abc import Iterable

from mltrack.store.events import Event, lamport_of


def ancestors(events: Iterable[Event], of: Event) -> set[str]:
    """Return the names of all events that `of` follows.

    An event whose parent is missing follows every event of a lower logical time than that parent's.
    """
    by_name = {event.name: event for event in events}
    found: set[str] = set()
    waiting = list(of.parents)
    while waiting:
        name = waiting.pop()
        if name not in found:
            found.add(name)
            waiting += by_name[name].parents if name in by_name else ()
    floor = max(map(lamport_of, found - by_name.keys()), default=0)
    return found | {name for name in by_name if lamport_of(name) < floor}
