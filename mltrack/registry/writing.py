"""Write what happened to a model: one more event, which follows all that are here."""

import contextlib
from collections.abc import Iterator

from mltrack.registry import codec
from mltrack.registry.entities import Actor, ModelState
from mltrack.registry.facts import Fact
from mltrack.registry.reader import folder_for, known_model
from mltrack.registry.stages import Stages, folders_for
from mltrack.store.events import Event, record
from mltrack.store.locks import locked
from mltrack.store.store import Store
from mltrack.tracking.saying import without_secrets


@contextlib.contextmanager
def changing(store: Store, name: str, stages: Stages) -> Iterator[ModelState]:
    """Give the model of this name as it is now, and keep other processes from changing it.

    Raises:
        ConflictError: another process does not let go of it.
    """
    store.prepare()
    lock = store.layout.lock(f"model-{folders_for(name, stages)[0]}")
    with locked(lock):
        yield known_model(store, folder_for(store, name, stages), stages, afresh=True)


def append(
    store: Store,
    state: ModelState,
    fact: Fact,
    *,
    name: str,
    reason: str,
    actor: Actor | None = None,
) -> Event:
    """Write an event that follows all events of a model, and return it.

    Args:
        store: the store.
        state: the model.
        fact: what happened.
        name: the model's true name.
        reason: why, in the words of who did it.
        actor: who did it; None means who is at work here.

    Raises:
        StoreWriteError: the disk refused.
    """
    kind, body = codec.encode(name, fact)
    event = Event(
        kind=kind,
        subject=state.folder,
        parents=state.heads,
        actor=store.actor if actor is None else actor,
        reason=without_secrets(reason, "reason"),
        body=body,
    )
    folder = store.layout.model_events(state.folder)
    return record(folder, event, tmp=store.layout.tmp, sync=store.syncs)
