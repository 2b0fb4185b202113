"""The fold: what the events of one model say together; any order of reading, the same view."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any, NamedTuple

from mltrack.registry import codec
from mltrack.registry.decoding import Decoded, decode_all
from mltrack.registry.entities import ModelState, Version
from mltrack.registry.facts import Aliased, Described, Moved, Registered, Tagged
from mltrack.registry.history import history_of
from mltrack.registry.holders import Claim, Claims, Stagings, stagings
from mltrack.registry.numbers import Numbers, numbered
from mltrack.registry.stages import Stages
from mltrack.store import clock
from mltrack.store.ancestry import Ancestry
from mltrack.store.events import Events

SHOWN_NAMES = 3


def fold(found: Events, *, folder: str, stages: Stages) -> ModelState:
    """Return what all events of a model say; one that makes no sense costs a warning.

    Args:
        found: the events, in any order, some of them twice or missing; and faults of bad files.
        folder: the folder of the model.
        stages: the stages of the store.
    """
    by_name = {event.name: event for event in found.events}
    events = Events(events=tuple(by_name[name] for name in sorted(by_name)))
    decoded, undecoded = decode_all(events.events, folder, stages)
    ancestry = Ancestry(events.events)
    numbers = numbered(decoded)
    where, dangling = _places(decoded, stages, ancestry)
    aliases = _aliases(decoded, ancestry)
    texts = _texts(decoded)
    versions = tuple(_versions(decoded, _Known(numbers, where, aliases.of, texts)))
    return ModelState(
        name=codec.model_name(decoded[0].event) if decoded else folder,
        folder=folder,
        versions=versions,
        holders=where.holders,
        contested=where.contested,
        aliases=aliases.of,
        contested_aliases=aliases.contested,
        contested_numbers=numbers.contested,
        next_number=numbers.next,
        fields=texts.fields.get(None, {}),
        tags=texts.tags.get(None, {}),
        heads=_heads(events),
        history=history_of(decoded, {version.id: version for version in versions}),
        warnings=(
            *sorted(set(found.faults)),
            *undecoded,
            *_told_missing([n for n in events.missing if not _is_told(n, found.faults)]),
            *dangling,
        ),
    )


def _heads(events: Events) -> tuple[str, ...]:
    """Return the events that no other names as its parent, by the letter of the graph.

    An event that only counts as followed, for a parent is missing, is named too: the missing one
    may come back, and what has been seen by then stays seen.
    """
    named = {parent for event in events.events for parent in event.parents}
    return tuple(event.name for event in events.events if event.name not in named)


class _Aliases(NamedTuple):
    of: dict[str, str]
    contested: dict[str, tuple[str, ...]]


class _Texts(NamedTuple):
    """What was said in words: of each version, and under None of the model."""

    fields: dict[str | None, dict[str, str]]
    tags: dict[str | None, dict[str, Any]]


class _Known(NamedTuple):
    """What was found out of all versions together."""

    numbers: Numbers
    where: Stagings
    aliases: Mapping[str, str]
    texts: _Texts


def _is_told(name: str, faults: Sequence[str]) -> bool:
    """Tell whether an event is here and cannot be read, which a fault says already."""
    return any(name in fault for fault in faults)


def _told_missing(names: Sequence[str]) -> tuple[str, ...]:
    if not names:
        return ()
    more = f" and {len(names) - SHOWN_NAMES} more" if len(names) > SHOWN_NAMES else ""
    shown = ", ".join(names[:SHOWN_NAMES])
    return (f"missing, though others follow (reverted, or not merged): {shown}{more}",)


def _places(
    decoded: Sequence[Decoded], stages: Stages, ancestry: Ancestry
) -> tuple[Stagings, tuple[str, ...]]:
    """Return where the versions are, and a warning for each that is moved but not registered."""
    claims = Claims(ancestry)
    registered: set[str] = set()
    for event, fact in decoded:
        if isinstance(fact, Registered):
            registered.add(fact.version)
            claims.add(fact.version, Claim(event.name, fact.stage))
        elif isinstance(fact, Moved):
            to = fact.replaced_to or stages.resting
            for version in sorted({*fact.replaces} - {fact.version}):
                claims.add(version, Claim(event.name, to, chosen=False))
            claims.add(fact.version, Claim(event.name, fact.stage))
    standing = claims.standing()
    dangling = tuple(
        f"event {standing[version][-1].event} moves {version}, which is not registered here"
        for version in sorted(standing.keys() - registered)
    )
    here = {version: found for version, found in standing.items() if version in registered}
    return stagings(here, stages, ancestry), dangling


def _aliases(decoded: Sequence[Decoded], ancestry: Ancestry) -> _Aliases:
    """Return the version of each alias, and the candidates where branches moved it apart.

    Where one branch took an alias away and another gave it, it is kept.
    """
    claims = Claims(ancestry)
    registered = {fact.version for _, fact in decoded if isinstance(fact, Registered)}
    for event, fact in decoded:
        if isinstance(fact, Aliased):
            chosen = fact.version is not None
            claims.add(fact.alias, Claim(event.name, fact.version or "", chosen=chosen))
    found = _Aliases({}, {})
    for alias, standing in sorted(claims.standing().items()):
        targets = tuple(dict.fromkeys(c.target for c in standing if c.target in registered))
        if len(targets) == 1:
            found.of[alias] = targets[0]
        elif targets:
            found.contested[alias] = targets
    return found


def _texts(decoded: Sequence[Decoded]) -> _Texts:
    """Return the last word on each field and tag: the higher (lamport, hash) wins."""
    texts = _Texts({}, {})
    for _, fact in decoded:
        if isinstance(fact, Registered) and fact.description:
            texts.fields.setdefault(fact.version, {})["description"] = fact.description
        elif isinstance(fact, Described):
            texts.fields.setdefault(fact.version, {}).update(fact.fields)
        elif isinstance(fact, Tagged):
            tags = {**texts.tags.get(fact.version, {}), **fact.tags}
            texts.tags[fact.version] = {k: v for k, v in tags.items() if v is not None}
    return texts


def _versions(decoded: Iterable[Decoded], known: _Known) -> Iterable[Version]:
    for event, fact in decoded:
        if not isinstance(fact, Registered):
            continue
        yield Version(
            id=fact.version,
            model=codec.model_name(event),
            folder=event.subject,
            proposed=fact.proposed,
            number=known.numbers.of[fact.version],
            stage=known.where.stage[fact.version],
            claimed=known.where.claimed[fact.version],
            digest=fact.digest,
            flavor=fact.flavor,
            source=fact.source,
            evidence=fact.evidence,
            registered=clock.from_text(event.time),
            actor=event.actor,
            event=event.name,
            reason=event.reason,
            description=known.texts.fields.get(fact.version, {}).get("description", ""),
            aliases=tuple(a for a, version in known.aliases.items() if version == fact.version),
            tags=known.texts.tags.get(fact.version, {}),
        )
