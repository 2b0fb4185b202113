"""The life of a model, event by event: who did what, when and why."""

import itertools
from collections.abc import Iterator, Mapping, Sequence
from typing import overload

from mltrack.registry.decoding import Decoded
from mltrack.registry.entities import Evidence, HistoryEntry, Version
from mltrack.registry.facts import (
    Aliased,
    Deleted,
    Described,
    Fact,
    Moved,
    NumberAssigned,
    Registered,
    Requested,
    Restored,
    Reviewed,
    Tagged,
)

_WITH_EVIDENCE = Registered | Moved | Requested
_WITH_STAGE = _WITH_EVIDENCE | Reviewed


class History(Sequence[HistoryEntry]):
    """An entry for each event, in the order of the events; made when somebody looks.

    Most who ask for a model want one version of it, and a model may have many thousand events.
    """

    __slots__ = ("_decoded", "_length", "_versions")

    def __init__(self, decoded: Sequence[Decoded], versions: Sequence[Version]) -> None:
        """Take events, to whose list others may be added later, and the versions registered."""
        self._decoded = decoded
        self._length = len(decoded)
        self._versions = versions

    def __len__(self) -> int:
        return self._length

    def __iter__(self) -> Iterator[HistoryEntry]:
        versions = self._by_id()
        return (_entry(one, versions) for one in itertools.islice(self._decoded, self._length))

    @overload
    def __getitem__(self, index: int) -> HistoryEntry: ...

    @overload
    def __getitem__(self, index: slice) -> tuple[HistoryEntry, ...]: ...

    def __getitem__(self, index: int | slice) -> HistoryEntry | tuple[HistoryEntry, ...]:
        chosen, versions = range(self._length)[index], self._by_id()
        if isinstance(chosen, int):
            return _entry(self._decoded[chosen], versions)
        return tuple(_entry(self._decoded[number], versions) for number in chosen)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Sequence) and tuple(self) == tuple(other)

    def __hash__(self) -> int:
        return hash(self._length)

    def __repr__(self) -> str:
        return repr(tuple(self))

    def _by_id(self) -> dict[str, Version]:
        return {version.id: version for version in self._versions}


def _entry(decoded: Decoded, versions: Mapping[str, Version]) -> HistoryEntry:
    event, fact = decoded.event, decoded.fact
    version = None if fact is None else fact.version
    moved = fact if isinstance(fact, Moved) else None
    return HistoryEntry(
        event=event.name,
        model=str(event.body["model"]),
        kind=event.kind,
        time=decoded.time,
        actor=event.actor,
        reason=event.reason,
        version=version,
        label=_label(version, versions) if version else "",
        from_stage=fact.from_stage if isinstance(fact, Moved | Requested) else "",
        to_stage=fact.stage if isinstance(fact, _WITH_STAGE) else "",
        replaces=tuple(_label(v, versions) for v in moved.replaces) if moved else (),
        words=_words(fact, versions),
        evidence=fact.evidence if isinstance(fact, _WITH_EVIDENCE) else Evidence(),
        forced=bool(moved and moved.forced),
        unpushed=bool(moved and moved.unpushed),
        request=fact.request if isinstance(fact, Moved | Reviewed) else "",
        attested=fact.attested if isinstance(fact, Reviewed) else {},
        moved=_moved(fact),
    )


def _moved(fact: Fact | None) -> tuple[tuple[str, str], ...]:
    match fact:
        case Registered():
            return ((fact.version, fact.stage),)
        case Moved():
            replaced = ((version, fact.replaced_to) for version in fact.replaces)
            return ((fact.version, fact.stage), *replaced, *fact.displaced)
    return ()


def _label(version_id: str, versions: Mapping[str, Version]) -> str:
    return versions[version_id].label if version_id in versions else version_id


def _words(fact: Fact | None, versions: Mapping[str, Version]) -> str:
    """Return what the other columns do not say."""
    words = ""
    match fact:
        case Registered() if versions[fact.version].number != fact.proposed:
            words = f"proposed as v{fact.proposed}"
        case NumberAssigned():
            words = f"number {fact.number}"
        case Aliased():
            words = f"alias {fact.alias}"
        case Described():
            words = ", ".join(sorted(fact.fields))
        case Tagged():
            words = ", ".join(f"{key}={value}" for key, value in sorted(fact.tags.items()))
        case Deleted() | Restored() if fact.version is None:
            words = "all versions"
        case Moved():
            words = ", ".join(_words_of_move(fact, versions))
    return words


def _words_of_move(fact: Moved, versions: Mapping[str, Version]) -> Iterator[str]:
    if fact.replaces:
        names = ", ".join(_label(v, versions) for v in fact.replaces)
        yield f"{names} to {fact.replaced_to}"
    for version, stage in fact.displaced:
        yield f"{_label(version, versions)} to {stage}"
    if fact.unpushed:
        yield "files not in git"
