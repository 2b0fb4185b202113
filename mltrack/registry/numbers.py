"""The numbers of versions: asked for, given anew, and nobody's while two have the same."""

from collections.abc import Iterable, Mapping
from typing import NamedTuple

from mltrack.registry.decoding import Decoded
from mltrack.registry.facts import NumberAssigned, Registered


class Numbers(NamedTuple):
    """The numbers of a model's versions.

    Attributes:
        of: the number of each version; None while another has the same.
        contested: for each number that several have, all of them.
        next: the number for the next version; no version ever had it or a higher one.
    """

    of: Mapping[str, int | None]
    contested: Mapping[int, tuple[str, ...]]
    next: int


def numbered(decoded: Iterable[Decoded]) -> Numbers:
    """Return the numbers that events, in their order, give to versions.

    Nothing is renumbered here: which of two versions was published first, no event can tell.
    """
    wanted: dict[str, int] = {}
    assigned: dict[str, int] = {}
    highest = 0
    for _, fact in decoded:
        if isinstance(fact, Registered):
            wanted[fact.version] = fact.proposed
            highest = max(highest, fact.proposed)
        elif isinstance(fact, NumberAssigned):
            assigned[fact.version] = fact.number
            highest = max(highest, fact.number)
    wanted |= {v: number for v, number in assigned.items() if v in wanted}
    holders: dict[int, list[str]] = {}
    for version, number in wanted.items():
        holders.setdefault(number, []).append(version)
    contested = {n: tuple(ids) for n, ids in sorted(holders.items()) if len(ids) > 1}
    of = {v: None if n in contested else n for v, n in wanted.items()}
    return Numbers(of, contested, highest + 1)
