"""Read models from the disk: a bad event file costs a warning, never the listing."""

import shlex
from collections.abc import Iterable
from typing import NamedTuple

from mltrack.errors import IntegrityError, NotFoundError, nearest
from mltrack.registry import known
from mltrack.registry import stages as stages_
from mltrack.registry.entities import ModelState
from mltrack.registry.fold import fold
from mltrack.registry.stages import Stages, folders_for
from mltrack.store.events import Events, read_folder
from mltrack.store.store import Store


class Listing(NamedTuple):
    """The models of a store by name, and a line for each thing that could not be read."""

    models: tuple[ModelState, ...]
    warnings: tuple[str, ...]


def stages_of(store: Store) -> Stages:
    """Return the stages of a store.

    Raises:
        UsageError: its config.yaml says something that cannot be meant.
    """
    return stages_.from_settings(store.settings)


def list_models(store: Store, *, deleted: bool = False) -> Listing:
    """Return all models of a store that have a version; every file is read, to tell of bad ones.

    Args:
        store: the store.
        deleted: also those of which every version was deleted.
    """
    stages = stages_of(store)
    states = [read_model(store, folder, stages) for folder in folders_of(store)]
    return Listing(
        models=tuple(sorted((s for s in states if _is_here(s, deleted)), key=lambda s: s.name)),
        warnings=tuple(
            f"model {state.name}: {line}" for state in states for line in state.warnings
        ),
    )


def _is_here(state: ModelState, deleted: bool) -> bool:  # noqa: FBT001 - as list_models has it
    return bool(state.versions or (deleted and state.deleted))


def folders_of(store: Store) -> list[str]:
    """Return the folders of all models, sorted; links are none."""
    try:
        found = [p for p in store.layout.models.iterdir() if p.is_dir() and not p.is_symlink()]
    except OSError:
        return []
    return sorted(path.name for path in found)


def read_model(store: Store, folder: str, stages: Stages) -> ModelState:
    """Return the model in a folder, of which every file is read; one without events is empty."""
    events = store.layout.model_events(folder)
    found = Events() if events.is_symlink() else read_folder(events)
    return fold(found, folder=folder, stages=stages)


def known_model(store: Store, folder: str, stages: Stages, *, afresh: bool = False) -> ModelState:
    """Return the model in a folder; of its events, those that this process has not read are read.

    Args:
        store: the store.
        folder: the folder of the model.
        stages: the stages of the store.
        afresh: list the folder though nothing about it says that it changed, as writers do.
    """
    try:
        return known.model_in(store.layout.model_events(folder), folder, stages, afresh=afresh)
    except (OSError, IntegrityError):  # there is no such folder, or it is a fault
        return read_model(store, folder, stages)


def load_model(store: Store, name: str, *, deleted: bool = False) -> ModelState:
    """Return the model with this name.

    Args:
        store: the store.
        name: the name.
        deleted: also one of which every version was deleted.

    Raises:
        NotFoundError: there is no such model.
    """
    stages = stages_of(store)
    state = known_model(store, folder_for(store, name, stages), stages)
    if not _is_here(state, deleted):
        raise _not_there(store, name, state, deleted=deleted)
    return state


def _not_there(store: Store, name: str, state: ModelState, *, deleted: bool) -> NotFoundError:
    if state.deleted:
        return NotFoundError(
            f"the model {state.name} was deleted",
            fix=f"mltrack model restore {shlex.quote(state.name)}",
        )
    known = [model.name for model in list_models(store, deleted=deleted).models]
    same = alike(name, known)
    offered = f", did you mean {same}?" if same else nearest(name, known)
    return NotFoundError(
        f"there is no model {name!r}{offered}",
        fix="mltrack model ls" if known else f"mltrack register RUN {shlex.quote(name)}",
    )


def alike(name: str, known: Iterable[str]) -> str | None:
    """Return the known name that differs from another by case alone, or None."""
    folded = name.casefold()
    return next((one for one in known if one != name and one.casefold() == folded), None)


def folder_for(store: Store, name: str, stages: Stages) -> str:
    """Return the folder in which a model of this name lies, or will lie."""
    choices = folders_for(name, stages)
    return next((c for c in choices if store.layout.model_events(c).is_dir()), choices[0])
