"""Check the events that a branch adds to one model, each on what its author saw."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field

from mltrack.errors import MltrackError
from mltrack.registry.checking.entities import Finding
from mltrack.registry.checking.meaning import faults_of, move_of
from mltrack.registry.decoding import Decoder, decode_all
from mltrack.registry.entities import ModelState
from mltrack.registry.facts import Fact, Moved, Registered
from mltrack.registry.fold import fold
from mltrack.registry.gates.rules import Flag
from mltrack.registry.moves import Promotion
from mltrack.registry.stages import Stages
from mltrack.store.events import Event, Events

HeldAgainst = Callable[[ModelState, Promotion, Event], Promotion]
"""Holds a move that an event makes against the gates of the branch that it goes to."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Rules:
    """By what the events of a branch are judged.

    Attributes:
        stages: the stages of the branch that it goes to.
        judge: holds a move against the gates of that branch.
        allow_forced: whether a move may be forced through gates.
    """

    stages: Stages
    judge: HeldAgainst
    allow_forced: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class ModelCheck:
    """What a branch does to one model.

    Attributes:
        merged: the model as it will be.
        facts: what each new event says, by its name; None where that is not known here.
        findings: what is wrong with them: the name of the event, what, and the fix.
    """

    merged: ModelState
    facts: Mapping[str, Fact | None] = field(default_factory=dict)
    findings: tuple[tuple[str, str, str], ...] = ()

    def in_files(self, files: Mapping[str, str]) -> Iterator[Finding]:
        """Yield the findings with the files of the events."""
        yield from (Finding(files[event], what, fix) for event, what, fix in self.findings)


def check_events(folder: str, base: Events, added: tuple[Event, ...], rules: Rules) -> ModelCheck:
    """Check the events that a branch adds to a model.

    Args:
        folder: the folder of the model.
        base: the events that the branch has to which it goes.
        added: the new ones, in order.
        rules: by what they are judged.
    """
    events = {event.name: event for event in (*base.events, *added)}
    new = {event.name for event in added}
    facts: dict[str, Fact | None] = {}
    findings: list[tuple[str, str, str]] = []
    taken = _registered(folder, base, rules.stages)
    decoder = Decoder(folder, rules.stages)
    for name in sorted(events):
        event = events[name]
        try:
            fact = decoder.read(event).fact
        except MltrackError as error:
            if name in new:
                findings.append((name, error.message, error.fix))
            continue
        if name in new:
            facts[name] = fact
            if isinstance(fact, Registered) and fact.version in taken:
                findings.append((name, f"registers {fact.version} once more", ""))
            before, missing = _before(event, events, folder, rules.stages)
            findings += ((name, what, fix) for what, fix in _missing(missing))
            findings += ((name, what, fix) for what, fix in _faults(event, fact, before, rules))
    merged = fold(Events(events=tuple(events.values())), folder=folder, stages=rules.stages)
    return ModelCheck(merged=merged, facts=facts, findings=tuple(findings))


def _registered(folder: str, base: Events, stages: Stages) -> set[str]:
    """Return the versions that the base has registered.

    Of two registrations of one version the fold takes the first, and nothing tells which it was.
    """
    decoded, _ = decode_all(base.events, folder, stages)
    return {one.fact.version for one in decoded if isinstance(one.fact, Registered)}


def _before(
    event: Event, events: Mapping[str, Event], folder: str, stages: Stages
) -> tuple[ModelState, list[str]]:
    """Return the model as the author of an event saw it, and the events that are missing."""
    seen: set[str] = set()
    waiting = list(event.parents)
    while waiting:
        name = waiting.pop()
        if name not in seen:
            seen.add(name)
            waiting += events[name].parents if name in events else ()
    found = tuple(events[name] for name in seen if name in events)
    missing = sorted(seen - events.keys())
    return fold(Events(events=found), folder=folder, stages=stages), missing


def _missing(names: list[str]) -> Iterator[tuple[str, str]]:
    for name in names:
        yield f"follows {name}, which is not here", "commit that event too"


def _faults(
    event: Event, fact: Fact | None, before: ModelState, rules: Rules
) -> Iterator[tuple[str, str]]:
    if fact is None:
        upgrade = "check it with a newer release: pip install --upgrade mltrack-local"
        yield f"is of the kind {event.kind!r}, which this mltrack does not know", upgrade
        return
    yield from ((what, "") for what in faults_of(event, fact, before, rules.stages))
    if isinstance(fact, Moved):
        yield from _move_faults(event, fact, before, rules)


def _move_faults(
    event: Event, fact: Moved, before: ModelState, rules: Rules
) -> Iterator[tuple[str, str]]:
    try:
        move = rules.judge(before, move_of(fact, before, rules.stages), event)
    except MltrackError as error:
        yield error.message, error.fix
        return
    unmet = [result for result in move.gates if not result.passed]
    recorded = [result for result in fact.evidence.gates if not result.passed]
    if fact.forced and not rules.allow_forced:
        yield _forced(fact, move), "meet the gates, or let the check --allow-forced"
    for result in unmet or recorded:
        is_signature = result.gate == Flag.SIGNED.words  # which nobody can force
        if is_signature or not fact.forced:
            yield (
                f"does not meet a gate of {fact.stage}: {result.gate}: {result.found}",
                "git commit -S, and check with --signers" if is_signature else "",
            )


def _forced(fact: Moved, move: Promotion) -> str:
    gates = [result.gate for result in (*fact.evidence.gates, *move.gates) if not result.passed]
    named = ", ".join(dict.fromkeys(gates))
    return f"was forced into {fact.stage}{f' though not met: {named}' if named else ''}"
