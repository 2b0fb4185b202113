"""The fold: what the events of one model say together; any order of reading, the same view."""

from collections.abc import Iterable, Sequence

from mltrack.errors import MltrackError
from mltrack.registry.decoding import Decoded, Decoder
from mltrack.registry.deletions import Deletions
from mltrack.registry.entities import ModelState, Version
from mltrack.registry.facts import (
    Aliased,
    Deleted,
    Described,
    Moved,
    NumberAssigned,
    Registered,
    Requested,
    Reviewed,
    Tagged,
)
from mltrack.registry.history import History
from mltrack.registry.numbers import Numbers
from mltrack.registry.placing import Placing
from mltrack.registry.reviews import Requests
from mltrack.registry.stages import Stages
from mltrack.registry.wording import Aliases, Texts
from mltrack.store.ancestry import Ancestry
from mltrack.store.events import Event, Events
from mltrack.store.garbage import unsearched

SHOWN_NAMES = 3


def fold(found: Events, *, folder: str, stages: Stages) -> ModelState:
    """Return what all events of a model say; one that makes no sense costs a warning.

    Args:
        found: the events, in any order, some of them twice or missing; and faults of bad files.
        folder: the folder of the model.
        stages: the stages of the store.
    """
    with unsearched():
        folding = Folding(folder, stages)
        folding.add(found.events)
        return folding.state(found.faults)


class Folding:
    """A fold that goes on: an event that comes after all others costs no more than itself.

    What an event means depends on those before it alone, in the order of their names; only an
    event that comes before another that was added already needs a new folding.

    Attributes:
        last: the name of the last event that was added; empty before the first.
    """

    def __init__(self, folder: str, stages: Stages) -> None:
        """Take the folder of the model, and the stages of the store."""
        self.last = ""
        self._folder = folder
        self._decoder = Decoder(folder, stages)
        self._decoded: list[Decoded] = []
        self._undecoded: list[str] = []
        self._heads: dict[str, None] = {}
        self._ancestry = Ancestry()
        self._numbers = Numbers()
        self._placing = Placing(stages, self._ancestry)
        self._aliases = Aliases(self._ancestry)
        self._texts = Texts()
        self._requests = Requests(self._ancestry)
        self._deletions = Deletions(self._ancestry, self._decoded)
        self._registered: dict[str, tuple[Decoded, Registered]] = {}
        self._versions: dict[str, Version] = {}
        self._unbuilt: list[str] = []
        self._movers: dict[str, Decoded] = {}

    def add(self, events: Iterable[Event]) -> None:
        """Take events into account that come after all that were added before."""
        by_name = {event.name: event for event in events}
        with unsearched():
            for name in sorted(by_name):
                self.last = name
                self._add(by_name[name])

    def _add(self, event: Event) -> None:
        for parent in event.parents:
            self._heads.pop(parent, None)
        # By the letter of the graph: an event that only counts as followed, for a parent is
        # missing, is a head too: the missing one may come back, and what has been seen stays seen.
        self._heads[event.name] = None
        self._ancestry.add(event)
        try:
            decoded = self._decoder.read(event)
        except MltrackError as error:
            self._undecoded.append(error.message)
        else:
            self._decoded.append(decoded)
            self._take(decoded)

    def _take(self, decoded: Decoded) -> None:
        event, fact = decoded.event, decoded.fact
        match fact:
            case Moved():
                self._movers[event.name] = decoded
                self._placing.add(event.name, fact)
                self._requests.close(event.name, fact)
            case Requested() | Reviewed():
                self._requests.add(decoded)
            case Registered():
                self._movers[event.name] = decoded
                self._registered[fact.version] = (decoded, fact)
                self._unbuilt.append(fact.version)
                self._placing.add(event.name, fact)
                self._numbers.add(fact)
                self._aliases.add(event.name, fact)
                self._texts.add(fact)
            case NumberAssigned():
                self._numbers.add(fact)
            case Aliased():
                self._aliases.add(event.name, fact)
            case Described() | Tagged():
                self._texts.add(fact)
            case Deleted():
                self._movers[event.name] = decoded
        for version in () if fact is None else self._deletions.add(event.name, fact):
            self._movers[event.name] = decoded
            self._placing.retire(event.name, version)
            self._requests.drop(event.name, version)

    def state(self, faults: Sequence[str] = ()) -> ModelState:
        """Return what the events that were added say, and what is wrong with bad files."""
        with unsearched():
            self._build()
        gone, everyone = self._deletions.deleted, tuple(self._versions.values())
        requests = (r for r in self._requests.open() if r.version not in gone)
        numbers = self._numbers.contested()
        return ModelState(
            name=self._decoded[0].model if self._decoded else self._folder,
            folder=self._folder,
            versions=tuple(v for v in everyone if v.id not in gone) if gone else everyone,
            deleted=tuple(v for v in everyone if v.id in gone) if gone else (),
            requests=tuple(r for r in requests if r.version in self._registered),
            holders=self._placing.holders,
            contested=self._placing.contested,
            aliases=self._aliases.of,
            contested_aliases=self._aliases.contested,
            contested_numbers={n: ids for n, ids in numbers.items() if not gone.keys() >= {*ids}},
            next_number=self._numbers.next,
            fields=self._texts.fields.get(None, {}),
            tags=self._texts.tags.get(None, {}),
            heads=tuple(self._heads),
            history=History(self._decoded, everyone),
            warnings=self._warnings(faults),
        )

    def _build(self) -> None:
        """Make those versions anew of which something changed."""
        gone = self._deletions.deleted
        changed = self._placing.settle(gone) | self._aliases.settle(gone) | self._numbers.changed
        changed |= {version for version in self._texts.changed if version in self._registered}
        self._numbers.changed, self._texts.changed = set(), set()
        for version in dict.fromkeys((*self._unbuilt, *changed)):
            self._versions[version] = self._version(version)
        self._unbuilt = []

    def _version(self, version_id: str) -> Version:
        decoded, fact = self._registered[version_id]
        event = decoded.event
        placed = self._placing.placed(version_id)
        mover = self._movers.get(placed)
        moved = mover.fact if mover and isinstance(mover.fact, Moved) else None
        if moved is not None and moved.version != version_id:
            moved = None  # it only replaced this one
        return Version(
            id=version_id,
            model=decoded.model,
            folder=event.subject,
            proposed=fact.proposed,
            number=self._numbers.of(version_id),
            stage=self._placing.stage[version_id],
            claimed=self._placing.claimed[version_id],
            digest=fact.digest,
            flavor=fact.flavor,
            source=fact.source,
            evidence=fact.evidence,
            registered=decoded.time,
            actor=event.actor,
            event=event.name,
            reason=event.reason,
            description=self._texts.fields.get(version_id, {}).get("description", ""),
            aliases=self._aliases.names.get(version_id, ()),
            tags=self._texts.tags.get(version_id, {}),
            placed=placed,
            since=mover.time if mover else None,
            forced=moved is not None and moved.forced,
            unpushed=moved is not None and moved.unpushed,
        )

    def _warnings(self, faults: Sequence[str]) -> tuple[str, ...]:
        missing = [n for n in sorted(self._ancestry.missing) if not _is_told(n, faults)]
        return (
            *sorted(set(faults)),
            *self._undecoded,
            *_told_missing(missing),
            *self._placing.dangling(),
            *(_kept(v) for v in self._versions.values() if v.id in self._deletions.disputed),
        )


def _kept(version: Version) -> str:
    return (
        f"{version.uri} was deleted by somebody who had not seen all that was said of it, so it is"
        " kept (settle that: mltrack model rm, or mltrack model restore)"
    )


def _is_told(name: str, faults: Sequence[str]) -> bool:
    """Tell whether an event is here and cannot be read, which a fault says already."""
    return any(name in fault for fault in faults)


def _told_missing(names: Sequence[str]) -> tuple[str, ...]:
    if not names:
        return ()
    more = f" and {len(names) - SHOWN_NAMES} more" if len(names) > SHOWN_NAMES else ""
    shown = ", ".join(names[:SHOWN_NAMES])
    return (f"missing, though others follow (reverted, or not merged): {shown}{more}",)
