"""Clones of one model's events in memory: each says things, forks and merges, as with git."""

import hashlib
import itertools

from mltrack.registry import codec
from mltrack.registry.entities import ModelState, Source
from mltrack.registry.facts import Fact, Moved, Registered
from mltrack.registry.fold import fold
from mltrack.registry.policy import move_to
from mltrack.registry.stages import Stages
from mltrack.store.events import Event, Events, encode, lamport_after
from mltrack.store.ids import digest_name

MODEL = "churn"
STAGES = Stages(
    order=("dev", "staging", "production", "archived"),
    exclusive=frozenset({"staging", "production"}),
)
_numbers = itertools.count(1)


def begin_anew() -> None:
    """Let the next events have the names that those had which came first."""
    global _numbers  # noqa: PLW0603 - so that a story that is told again is the same one
    _numbers = itertools.count(1)


def named(event: Event) -> Event:
    """Return an event with the name that its bytes give it."""
    digest = hashlib.sha256(encode(event)).hexdigest()[:20]
    return event._replace(name=f"{lamport_after(event.parents):012d}-{digest}")


def folded(*events: Event) -> ModelState:
    return fold(Events(events=events), folder=MODEL, stages=STAGES)


class Clone:
    """What one clone has of the events of a model."""

    def __init__(self, events: dict[str, Event] | None = None) -> None:
        self.events = dict(events or {})

    @property
    def state(self) -> ModelState:
        return folded(*self.events.values())

    def state_with(self, stages: Stages) -> ModelState:
        """Return the model as a store with these stages has it."""
        events = Events(events=tuple(self.events.values()))
        return fold(events, folder=MODEL, stages=stages)

    def add(
        self, kind: str, body: dict[str, object], parents: tuple[str, ...] | None = None
    ) -> Event:
        event = named(
            Event(
                kind=kind,
                subject=MODEL,
                parents=self.state.heads if parents is None else parents,
                actor={"name": "Ada", "email": "ada@example.org", "source": "git"},
                time="2026-01-31T12:00:00.000Z",
                reason="because",
                nonce=f"{next(_numbers):016x}",
                body=body,
            )
        )
        self.events[event.name] = event
        return event

    def say(self, fact: Fact, parents: tuple[str, ...] | None = None) -> Event:
        kind, body = codec.encode(MODEL, fact)
        return self.add(kind, body, parents)

    def register(self) -> str:
        version = f"20260131-120000-{digest_name(str(next(_numbers)))}"
        self.say(
            Registered(
                version=version,
                proposed=self.state.next_number,
                stage="dev",
                digest=hashlib.sha256(version.encode()).hexdigest(),
                flavor="sklearn",
                source=Source(run=None, path="model"),
            )
        )
        return version

    def promote(self, version: str, to: str) -> Event:
        return self.move(version, to, STAGES)

    def move(self, version: str, to: str, stages: Stages) -> Event:
        """Move a version whatever that settles, in a store that has these stages."""
        state = self.state_with(stages)
        move = move_to(state, stages, state.version(version), to)
        return self.say(
            Moved(
                version=version,
                stage=move.to_stage,
                from_stage=move.from_stage,
                replaces=tuple(v.id for v in move.replaces),
                replaced_to=move.replaced_to,
                displaced=tuple((one.version.id, one.to) for one in move.displaced),
            )
        )

    def fork(self) -> "Clone":
        return Clone(self.events)

    def merge(self, other: "Clone") -> "Clone":
        self.events |= other.events
        return self

    def stage(self, version: str) -> str | None:
        return self.state.version(version).stage
