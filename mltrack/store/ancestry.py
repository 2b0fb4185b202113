"""Which events follow which: the graph of parents, asked without walking it."""

from collections.abc import Iterable, Mapping
from typing import NamedTuple

from mltrack.store.events import Event


class _Place(NamedTuple):
    """Where an event stands.

    Attributes:
        chain: the line of first children that it belongs to.
        position: how far along that line.
        seen: for each other line, how far along it this event follows.
        floor: it follows every event whose logical time is lower, for a parent of it is missing.
    """

    chain: int
    position: int
    seen: Mapping[int, int]
    floor: int


class Ancestry:
    """Tells of two events whether one follows the other.

    An event whose parent is missing follows every event with a lower logical time than the
    missing one's. A line of single parents costs one small tuple an event.

    Attributes:
        missing: the names of parents that were not here when an event that names them was added.
    """

    __slots__ = ("_places", "_tips", "missing")

    def __init__(self, events: Iterable[Event] = ()) -> None:
        """Take events in the order of their names, so that parents come first."""
        self._places: dict[str, _Place] = {}
        self._tips: list[str] = []
        self.missing: set[str] = set()
        for event in events:
            self.add(event)

    def __contains__(self, name: str) -> bool:
        """Tell whether the event of this name was added."""
        return name in self._places

    def follows(self, later: str, earlier: str) -> bool:
        """Tell whether `later` follows `earlier`; both are names of events that are here."""
        place, before = self._places[later], self._places[earlier]
        if place.floor and _logical_time(earlier) < place.floor:
            return True
        if place.chain == before.chain:
            return before.position < place.position
        return place.seen.get(before.chain, -1) >= before.position

    def add(self, event: Event) -> None:
        """Take one more event, whose name comes after those of all others."""
        if len(event.parents) == 1:  # as most events have
            place = self._places.get(event.parents[0])
            if place is not None and self._tips[place.chain] == event.parents[0]:
                self._follow(place, event.name)
                return
        self._branch(event)

    def _follow(self, place: _Place, name: str) -> None:
        """Add an event to the end of a line."""
        chain, position, seen, floor = place
        self._places[name] = _Place(chain, position + 1, seen, floor)
        self._tips[chain] = name

    def _branch(self, event: Event) -> None:
        """Add an event that begins a line, or in which lines come together."""
        parents = [self._places[name] for name in event.parents if name in self._places]
        missing = [name for name in event.parents if name not in self._places]
        self.missing.update(missing)
        floor = max([*map(_logical_time, missing), *(place.floor for place in parents)], default=0)
        tip = next((name for name in event.parents if self._is_tip(name)), None)
        if tip is None:
            place = _Place(len(self._tips), 0, _merged(parents), floor)
            self._tips.append(event.name)
        else:
            chain, position, seen, _ = self._places[tip]
            seen = seen if len(parents) == 1 else _merged(parents)
            place = _Place(chain, position + 1, seen, floor)
            self._tips[chain] = event.name
        self._places[event.name] = place

    def _is_tip(self, name: str) -> bool:
        return name in self._places and self._tips[self._places[name].chain] == name


def _merged(places: list[_Place]) -> dict[int, int]:
    seen: dict[int, int] = {}
    for place in places:
        for chain, position in (*place.seen.items(), (place.chain, place.position)):
            seen[chain] = max(seen.get(chain, -1), position)
    return seen


def _logical_time(name: str) -> int:
    return int(name[:12])
