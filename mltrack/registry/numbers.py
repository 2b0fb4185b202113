"""The numbers of versions: asked for, given anew, and nobody's while two have the same."""

from mltrack.registry.facts import NumberAssigned, Registered


class Numbers:
    """The numbers of a model's versions, as events come in order.

    Nothing is renumbered here: which of two versions was published first, no event can tell.

    Attributes:
        next: the number for the next version; no version ever had it or a higher one.
        changed: the versions whose number may be another one since this was last emptied.
    """

    __slots__ = ("_assigned", "_holders", "_order", "_shared", "_wanted", "changed", "next")

    def __init__(self) -> None:
        self.next = 1
        self.changed: set[str] = set()
        self._order: dict[str, int] = {}
        self._wanted: dict[str, int] = {}
        self._assigned: dict[str, int] = {}
        self._holders: dict[int, set[str]] = {}
        self._shared: set[int] = set()

    def add(self, fact: Registered | NumberAssigned) -> None:
        """Take what an event says into account."""
        number = fact.proposed if isinstance(fact, Registered) else fact.number
        self.next = max(self.next, number + 1)
        if isinstance(fact, Registered):
            self._order[fact.version] = len(self._order)
            self._give(fact.version, self._assigned.get(fact.version, number))
        else:
            self._assigned[fact.version] = number
            if fact.version in self._order:
                self._give(fact.version, number)

    def _give(self, version: str, number: int) -> None:
        before = self._wanted.get(version)
        if before is not None:
            self._holders[before].discard(version)
            self._note(before)
        self._wanted[version] = number
        self._holders.setdefault(number, set()).add(version)
        self._note(number)

    def _note(self, number: int) -> None:
        holders = self._holders[number]
        self.changed |= holders
        if len(holders) > 1:
            self._shared.add(number)
        else:
            self._shared.discard(number)

    def of(self, version: str) -> int | None:
        """Return the number of a version that is registered; None while another has the same."""
        number = self._wanted[version]
        return None if number in self._shared else number

    def contested(self) -> dict[int, tuple[str, ...]]:
        """Return for each number that several versions have all of them, oldest first."""
        return {
            number: tuple(sorted(self._holders[number], key=self._order.__getitem__))
            for number in sorted(self._shared)
        }
