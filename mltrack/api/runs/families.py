"""Put behind each run those that belong to it."""

from collections.abc import Mapping, Sequence
from typing import NamedTuple

from mltrack.query.keys import Key
from mltrack.query.tree import IN, Comparison
from mltrack.store.store import Store
from mltrack.tracking.catalog import search
from mltrack.tracking.catalog.wanted import Wanted, Which
from mltrack.tracking.entities import RunRecord

_AT_ONCE = 10_000
"""Of how many runs the children are asked for at once."""


class Families(NamedTuple):
    """Runs, each with the runs that belong to it behind it; how deep, and the handles, by id."""

    runs: list[RunRecord]
    depths: dict[str, int]
    handles: dict[str, str]


def families_of(store: Store, found: search.Found, which: Which) -> Families:
    """Return runs in their order, each followed by those that belong to it, oldest first.

    A run that belongs to one of them stands behind that one only, and each run stands once.
    """
    children: dict[str, list[RunRecord]] = {}
    known = {run.id for run in found.runs}
    handles = dict(found.handles)
    parents = list(known)
    while parents:
        below = _children_of(store, parents, which)
        parents = []
        for run in reversed(below.runs):
            children.setdefault(run.parent or "", []).append(run)
            if run.id not in known:
                parents.append(run.id)
        known.update(parents)
        handles |= below.handles
    return Families(*_in_order(found.runs, children), handles)


def _children_of(store: Store, parents: Sequence[str], which: Which) -> search.Found:
    some = [parents[at : at + _AT_ONCE] for at in range(0, len(parents), _AT_ONCE)]
    found = [
        search.search(
            store,
            Wanted(condition=Comparison(Key("", "parent"), IN, tuple(ids)), which=which),
        )
        for ids in some
    ]
    runs = [run for one in found for run in one.runs]
    return found[0]._replace(
        runs=runs, handles={k: v for one in found for k, v in one.handles.items()}
    )


def _in_order(
    found: Sequence[RunRecord], children: Mapping[str, list[RunRecord]]
) -> tuple[list[RunRecord], dict[str, int]]:
    """Return the runs of each family one after the other, and how deep each lies."""
    below = {run.id for runs in children.values() for run in runs}
    runs: list[RunRecord] = []
    depths: dict[str, int] = {}
    tops = [run for run in found if run.id not in below] + list(found)  # who is his own ancestor
    for top in tops:
        waiting = [(top, 0)]
        while waiting:
            run, depth = waiting.pop()
            if run.id in depths:
                continue
            depths[run.id] = depth
            runs.append(run)
            waiting += [(child, depth + 1) for child in reversed(children.get(run.id, []))]
    return runs, depths
