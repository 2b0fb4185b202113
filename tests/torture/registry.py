"""Clones that all work on one registry: nothing lost, one view, no contest settled in silence."""

import itertools
import random
from collections import Counter, defaultdict
from collections.abc import Iterable
from pathlib import Path
from typing import TYPE_CHECKING

from mltrack.api.store import use
from mltrack.errors import ConflictError as ContestedError
from mltrack.registry import reader
from mltrack.registry.entities import ModelState
from mltrack.registry.fold import fold
from mltrack.registry.references import InRegistry
from mltrack.registry.selection import select_version
from mltrack.registry.stages import Stages
from mltrack.store.events import Events, read_folder
from mltrack.store.store import Store
from tests.support.repository import Repository
from tests.torture.clones import Clone, Record
from tests.torture.merges import ConflictError, Merges
from tests.torture.reading import alarming, damage
from tests.torture.registry_acts import OPERATIONS, whole
from tests.torture.rivals import rivals_in
from tests.torture.rounds import Round
from tests.torture.storms import Size, counted, differences, gather, make_clones, storm

if TYPE_CHECKING:
    from tests.torture.facts import Key, Value

UNIT = "storms of the registry"
PROMISE = (
    "clones change models in any way and git merges them: no event is lost, no number means two"
    " versions unseen, no contest is settled in silence"
)
GOAL = 20
FULL, SMALL = Size(5, 150, 20), Size(3, 12, 5)
ORDERS = 5


def play(seed: int, folder: Path, *, small: bool) -> Round:
    """Let clones work on models for a while, bring all together, and read it everywhere."""
    chance = random.Random(seed)
    size = SMALL if small else FULL
    host = Repository(folder / "host.git")
    record = Record()
    clones = make_clones(folder, host, size, record, chance, OPERATIONS)
    merges = Merges(host)
    try:
        storm(clones, merges, size, chance)
        gather(clones, merges)
    except ConflictError as error:
        return Round(1, (str(error),), tuple(sorted(merges.counts.items())))
    counts = counted(merges, clones, record)
    problems = [
        *_wrong(clones[0], chance, counts),
        *differences(folder, clones),
    ]
    return Round(1, ("; ".join(problems[:8]),) if problems else (), tuple(sorted(counts.items())))


def _wrong(clone: Clone, chance: random.Random, counts: Counter[str]) -> list[str]:
    """Return what is lost, doubled, or settled in silence in the store of a clone."""
    use(store=str(clone.root))
    store = Store(clone.root)
    stages = reader.stages_of(store)
    found = damage(clone.root, but={"version-missing"})
    seen: dict[Key, Value] = {("event", name): True for name in clone.events()}
    found += clone.record.facts.broken(seen, {"event"})
    for folder in sorted(path.name for path in store.layout.models.iterdir()):
        state = reader.read_model(store, folder, stages)
        counts["events"] += len(state.history)
        counts["contested"] += len(state.contested) + len(state.contested_aliases)
        counts["numbers given twice"] += len(state.contested_numbers)
        counts["versions"] += len(state.versions)
        found += alarming(state.warnings)
        events = read_folder(store.layout.model_events(folder))
        found += _orders(folder, events, state, stages, chance)
        found += _numbers(state, stages) + _contests(state, stages)
        rivals = rivals_in(events.events, state, stages)
        counts["contested by another way of counting"] += len(rivals)
        found += [
            f"{stage} of {folder} was settled in silence between {', '.join(versions)}"
            for stage, versions in rivals.items()
            if not set(versions) <= set(state.contested.get(stage, ()))
        ]
        told = {entry.event for entry in state.history}
        lost = [event.name for event in events.events if event.name not in told]
        found += [f"{name} of {folder} is in no history" for name in lost]
    return found


def _orders(
    folder: str, events: Events, state: ModelState, stages: Stages, chance: random.Random
) -> list[str]:
    """Return a line where the events of a model say something else in another order."""
    wrong = 0
    for _ in range(ORDERS):
        mixed = chance.sample(events.events, len(events.events))
        mixed += chance.choices(events.events, k=len(mixed) // 4)  # some are read twice
        wrong += whole(fold(Events(tuple(mixed)), folder=folder, stages=stages)) != whole(state)
    return [f"{folder} is another one in {wrong} of {ORDERS} orders"] if wrong else []


def _numbers(state: ModelState, stages: Stages) -> list[str]:
    """Return a line for each number that means two versions and is not reported."""
    by_number: dict[int, list[str]] = defaultdict(list)
    for version in (*state.versions, *state.deleted):
        if version.number is not None:
            by_number[version.number].append(version.id)
    told = {version for ids in state.contested_numbers.values() for version in ids}
    found = [f"{state.name} v{n}: {ids}" for n, ids in by_number.items() if len(ids) > 1]
    found += [
        f"{version.id} of {state.name} has no number, and nobody says why"
        for version in state.versions
        if version.number is None and version.id not in told
    ]
    return found + _answered(state, stages, (f"/{n}" for n in state.contested_numbers))


def _contests(state: ModelState, stages: Stages) -> list[str]:
    """Return a line for each contest on which a question gets an answer."""
    places = itertools.chain(state.contested, state.contested_aliases)
    return _answered(state, stages, (f"@{place}" for place in places))


def _answered(state: ModelState, stages: Stages, words: Iterable[str]) -> list[str]:
    found: list[str] = []
    for word in words:
        wanted = InRegistry(name=state.name, word=word[1:], at=word[0] == "@")
        try:
            answer = select_version(state, stages, wanted)
        except ContestedError:
            continue
        found.append(f"{state.name}{word} is contested, and {answer.id} was given")
    return found
