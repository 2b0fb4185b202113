"""Which events of a model can be understood, and what each of them says."""

from collections.abc import Iterable
from datetime import datetime
from typing import NamedTuple

from mltrack.errors import IntegrityError, MltrackError
from mltrack.registry import codec
from mltrack.registry.facts import Aliased, Fact, Registered
from mltrack.registry.policy import alias_fault
from mltrack.registry.stages import Stages, folders_for
from mltrack.store import clock
from mltrack.store.events import Event


class Decoded(NamedTuple):
    """An event, what it says, of which model and when; None where its kind is not known here."""

    event: Event
    fact: Fact | None
    model: str
    time: datetime


class Decoder:
    """Reads the events of one model, in their order, one after the other."""

    __slots__ = ("_folder", "_models", "_registered", "_stages")

    def __init__(self, folder: str, stages: Stages) -> None:
        """Take the folder of the model; an event about another model says nothing here."""
        self._folder = folder
        self._stages = stages
        self._models: dict[object, str] = {}
        self._registered: set[str] = set()

    def read(self, event: Event) -> Decoded:
        """Return what an event says.

        Raises:
            IntegrityError: it says nothing here.
            UsageError: it bears no time.
        """
        model = self._model_of(event)
        time = clock.from_text(event.time)
        fact = codec.decode(event)
        self._check(event, fact)
        return Decoded(event, fact, model, time)

    def _model_of(self, event: Event) -> str:
        said = event.body.get("model")
        known = self._models.get(said) if isinstance(said, str) else None
        if known is None:
            known = codec.model_name(event)
            if self._folder not in folders_for(known, self._stages):
                raise _elsewhere(event)
            self._models[said] = known
        if event.subject != self._folder:
            raise _elsewhere(event)
        return known

    def _check(self, event: Event, fact: Fact | None) -> None:
        if isinstance(fact, Registered):
            if fact.version in self._registered:
                raise IntegrityError(f"event {event.name} registers {fact.version} once more")
            self._registered.add(fact.version)
        elif isinstance(fact, Aliased) and (fault := alias_fault(fact.alias, self._stages)):
            raise IntegrityError(f"event {event.name}: {fact.alias!r} cannot be an alias: {fault}")


def _elsewhere(event: Event) -> IntegrityError:
    return IntegrityError(f"event {event.name} is about another model")


def decode_all(
    events: Iterable[Event], folder: str, stages: Stages
) -> tuple[list[Decoded], list[str]]:
    """Return what events say, in their order, and a line for each that says nothing here.

    Args:
        events: in order.
        folder: the folder of the model.
        stages: the stages of the store.
    """
    decoder = Decoder(folder, stages)
    decoded: list[Decoded] = []
    warnings: list[str] = []
    for event in events:
        try:
            decoded.append(decoder.read(event))
        except MltrackError as error:
            warnings.append(error.message)
    return decoded, warnings
