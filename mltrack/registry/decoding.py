"""Which events of a model can be understood, and what each of them says."""

from collections.abc import Sequence
from typing import NamedTuple

from mltrack.errors import IntegrityError, MltrackError
from mltrack.registry import codec
from mltrack.registry.facts import Aliased, Fact, Registered
from mltrack.registry.policy import alias_fault
from mltrack.registry.stages import Stages, folders_for
from mltrack.store import clock
from mltrack.store.events import Event


class Decoded(NamedTuple):
    """An event and what it says; None where its kind is not known here."""

    event: Event
    fact: Fact | None


def decode_all(
    events: Sequence[Event], folder: str, stages: Stages
) -> tuple[list[Decoded], list[str]]:
    """Return what events say, in their order, and a line for each that says nothing here.

    Args:
        events: in order.
        folder: the folder of the model; an event about another model says nothing here.
        stages: the stages of the store.
    """
    decoded: list[Decoded] = []
    warnings: list[str] = []
    names: dict[str, bool] = {}
    registered: set[str] = set()
    for event in events:
        try:
            name = codec.model_name(event)
            if name not in names:
                names[name] = folder in folders_for(name, stages)
            if not names[name] or event.subject != folder:
                raise IntegrityError(f"event {event.name} is about another model")
            clock.from_text(event.time)
            fact = codec.decode(event)
            _check(event, fact, registered, stages)
        except MltrackError as error:
            warnings.append(error.message)
        else:
            decoded.append(Decoded(event, fact))
    return decoded, warnings


def _check(event: Event, fact: Fact | None, registered: set[str], stages: Stages) -> None:
    if isinstance(fact, Registered):
        if fact.version in registered:
            raise IntegrityError(f"event {event.name} registers {fact.version} once more")
        registered.add(fact.version)
    if isinstance(fact, Aliased) and (fault := alias_fault(fact.alias, stages)):
        raise IntegrityError(f"event {event.name}: {fact.alias!r} cannot be an alias: {fault}")
