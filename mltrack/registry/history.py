"""The life of a model, event by event: who did what, when and why."""

from collections.abc import Iterable, Mapping

from mltrack.registry.decoding import Decoded
from mltrack.registry.entities import Evidence, HistoryEntry, Version
from mltrack.registry.facts import (
    Aliased,
    Described,
    Fact,
    Moved,
    NumberAssigned,
    Registered,
    Tagged,
)
from mltrack.store import clock
from mltrack.store.events import Event


def history_of(
    decoded: Iterable[Decoded], versions: Mapping[str, Version]
) -> tuple[HistoryEntry, ...]:
    """Return an entry for each event, in the order of the events.

    Args:
        decoded: each event, and what it says.
        versions: the versions that are registered, by id.
    """
    return tuple(_entry(event, fact, versions) for event, fact in decoded)


def _entry(event: Event, fact: Fact | None, versions: Mapping[str, Version]) -> HistoryEntry:
    version = None if fact is None else fact.version
    moved = fact if isinstance(fact, Moved) else None
    return HistoryEntry(
        event=event.name,
        model=str(event.body["model"]),
        kind=event.kind,
        time=clock.from_text(event.time),
        actor=event.actor,
        reason=event.reason,
        version=version,
        label=_label(version, versions) if version else "",
        from_stage=moved.from_stage if moved else "",
        to_stage=fact.stage if isinstance(fact, Moved | Registered) else "",
        replaces=tuple(_label(v, versions) for v in moved.replaces) if moved else (),
        words=_words(fact, versions),
        evidence=fact.evidence if isinstance(fact, Moved | Registered) else Evidence(),
    )


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
        case Moved() if fact.replaces:
            names = ", ".join(_label(v, versions) for v in fact.replaces)
            words = f"{names} to {fact.replaced_to}"
    return words
