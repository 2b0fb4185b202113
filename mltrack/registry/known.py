"""The models that a process has read, so that it reads no event twice: a server, a notebook.

What is remembered is shared by all who ask: nobody changes what a `ModelState` holds.
"""

import os
from collections import OrderedDict
from pathlib import Path
from threading import Lock

from mltrack.registry.entities import ModelState
from mltrack.registry.fold import Folding
from mltrack.registry.stages import Stages
from mltrack.store.known_events import KnownEvents

_MOST_EVENTS = 50_000
"""Of all models together, some 150 MiB; those not asked for longest are forgotten first."""


class _Model:
    """One model: its events, and what they say together."""

    __slots__ = ("_events", "_faults", "_folder", "_folding", "_lock", "_stages", "_state")

    def __init__(self, events: Path, folder: str) -> None:
        self._events = KnownEvents(events)
        self._folder = folder
        self._lock = Lock()
        self._folding: Folding | None = None
        self._stages: Stages | None = None
        self._state: ModelState | None = None
        self._faults: tuple[str, ...] = ()

    def __len__(self) -> int:
        return len(self._events.events)

    def now(self, stages: Stages, *, afresh: bool) -> ModelState:
        """Return what the events say now; whoever asks meanwhile waits."""
        with self._lock:
            folding, state = self._folding, self._state
            self._folding = None  # where this is interrupted, the next begins anew
            change = self._events.look(afresh=afresh)
            comes_last = folding and all(event.name > folding.last for event in change.added)
            if folding is None or change.is_less or not comes_last or stages != self._stages:
                folding, state = Folding(self._folder, stages), None
                folding.add(self._events.events.values())
            elif change.added:
                folding.add(change.added)
                state = None
            if state is None or change.faults != self._faults:
                state = folding.state(change.faults)
            self._faults, self._stages, self._state = change.faults, stages, state
            self._folding = folding
            return state


class _Memory:
    """The models that were asked for last."""

    def __init__(self) -> None:
        self.clear()

    def clear(self) -> None:
        """Forget all, as a child does after a fork: a thread it lacks may have held a lock."""
        self._lock = Lock()
        self._models: OrderedDict[str, _Model] = OrderedDict()

    def model(self, events: Path, folder: str) -> _Model:
        """Return a model, known or new."""
        with self._lock:
            model = self._models.get(f"{events}")
            if model is None:
                model = self._models[f"{events}"] = _Model(events, folder)
            self._models.move_to_end(f"{events}")
            return model

    def trim(self) -> None:
        """Forget models until the others are few enough."""
        with self._lock:
            while len(self._models) > 1 and sum(map(len, self._models.values())) > _MOST_EVENTS:
                self._models.popitem(last=False)


_memory = _Memory()
os.register_at_fork(after_in_child=_memory.clear)


def model_in(events: Path, folder: str, stages: Stages, *, afresh: bool = False) -> ModelState:
    """Return what a model's events say; those that this process has read are not read again.

    Args:
        events: where they lie.
        folder: the folder of the model.
        stages: the stages of the store.
        afresh: list them though nothing about their folder says that it changed.

    Raises:
        OSError: they cannot be listed.
        IntegrityError: a symbolic link leads to them.
    """
    state = _memory.model(events, folder).now(stages, afresh=afresh)
    _memory.trim()
    return state
