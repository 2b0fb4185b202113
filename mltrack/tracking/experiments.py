"""Experiments: an id that two machines agree on without asking each other."""

import itertools
from typing import NamedTuple

from mltrack.store.ids import base32
from mltrack.store.names import new_name
from mltrack.store.sha256 import new_sha256
from mltrack.store.store import Store

DEFAULT_EXPERIMENT = "default"
DEFAULT_ID = "g6uo5qoodf"
"""What `id_of` would give for it; known, so that most runs begin without a hash library."""
ID_LENGTH = 10


class Experiment(NamedTuple):
    """An experiment as a run names it."""

    id: str
    name: str


def id_of(name: str, attempt: int = 0) -> str:
    """Return the id of an experiment: 10 base-32 letters of the sha256 of its name.

    Args:
        name: the name, in NFC.
        attempt: 0, or a number that follows the name after a line feed where the id is taken.
    """
    if name == DEFAULT_EXPERIMENT and not attempt:
        return DEFAULT_ID
    import unicodedata

    text = unicodedata.normalize("NFC", name) + (f"\n{attempt}" if attempt else "")
    return base32(new_sha256(text.encode()).digest(), ID_LENGTH)


def find(store: Store, name: str) -> Experiment:
    """Return the experiment that has this name now, or the one that a run may begin with it.

    Of several that have the name, the one with the least id is taken.

    Raises:
        UsageError: the name cannot be one.
    """
    name = new_name(name, "experiment")
    said = store.layout.experiments_said_of()
    if not said:
        return Experiment(id_of(name), name)
    from mltrack.tracking.experiment_fold import is_deleted, names_said

    names = names_said(store, said)
    for experiment_id, present in names.items():
        if present == name and not is_deleted(store, experiment_id):
            return Experiment(experiment_id, name)
    for attempt in itertools.count():
        candidate = id_of(name, attempt)
        if names.get(candidate) in {None, name} and not is_deleted(store, candidate):
            return Experiment(candidate, name)
    raise AssertionError("itertools.count never ends")
