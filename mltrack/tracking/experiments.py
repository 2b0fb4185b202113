"""Experiments: an id that two machines agree on without asking each other."""

import itertools
import unicodedata
from typing import TYPE_CHECKING, NamedTuple

from mltrack.store.ids import base32
from mltrack.store.names import check_name
from mltrack.store.store import Store

if TYPE_CHECKING:
    from mltrack.store.events import Events

DEFAULT_EXPERIMENT = "default"
DEFAULT_ID = "g6uo5qoodf"
"""What `id_of` would give for it; known, so that most runs begin without a hash library."""
ID_LENGTH = 10


class Experiment(NamedTuple):
    """An experiment as a run names it."""

    id: str
    name: str


class ExperimentState(NamedTuple):
    """What the events of an experiment say: its present name, if any event gave one."""

    name: str | None
    deleted: bool


def id_of(name: str, attempt: int = 0) -> str:
    """Return the id of an experiment: 10 base-32 letters of the sha256 of its name.

    Args:
        name: the name, in NFC.
        attempt: 0, or a number that follows the name after a line feed where the id is taken.
    """
    text = unicodedata.normalize("NFC", name) + (f"\n{attempt}" if attempt else "")
    if text == DEFAULT_EXPERIMENT:
        return DEFAULT_ID
    import hashlib

    return base32(hashlib.sha256(text.encode()).digest(), ID_LENGTH)


def state_of(events: "Events") -> ExperimentState:
    """Return what the events of one experiment say, in their order."""
    name: str | None = None
    deleted = False
    for event in events.events:
        if event.kind in {"renamed", "created"} and isinstance(event.body.get("name"), str):
            name = event.body["name"]
        deleted = {"deleted": True, "restored": False}.get(event.kind, deleted)
    return ExperimentState(name, deleted)


def find(store: Store, name: str) -> Experiment:
    """Return the experiment that has this name now, or the one that a run may begin with it.

    Raises:
        UsageError: the name cannot be one.
    """
    name = check_name(name, "experiment")
    states = _states(store)
    for experiment_id, state in sorted(states.items()):
        if state.name == name and not state.deleted:
            return Experiment(experiment_id, name)
    for attempt in itertools.count():
        candidate = id_of(name, attempt)
        state = states.get(candidate, ExperimentState(None, deleted=False))
        if not state.deleted and state.name in {None, name}:
            return Experiment(candidate, name)
    raise AssertionError("itertools.count never ends")


def _states(store: Store) -> dict[str, ExperimentState]:
    try:
        folders = [
            f for f in store.layout.experiments.iterdir() if f.is_dir() and not f.is_symlink()
        ]
    except OSError:
        return {}
    if not folders:
        return {}
    from mltrack.store.events import read_folder

    return {folder.name: state_of(read_folder(folder)) for folder in folders}


def current_names(store: Store) -> dict[str, str]:
    """Return the present name of each experiment that an event renamed."""
    return {key: state.name for key, state in _states(store).items() if state.name is not None}
