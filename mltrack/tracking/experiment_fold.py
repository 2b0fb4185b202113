"""What the events of experiments say together, and which of them count as deleted."""

from collections.abc import Iterable, Mapping
from typing import Any, NamedTuple

from mltrack.errors import MltrackError
from mltrack.store.events import Event, Events, read_folder
from mltrack.store.layout import RUN, refuse_links
from mltrack.store.store import Store
from mltrack.store.yaml_reader import read_bytes
from mltrack.tracking import codec
from mltrack.tracking.deletion import deletions_standing, verdict

Counts = dict[str, int]
"""For each date of run ids, how many folders the runs of an experiment have, of writers too."""


class ExperimentState(NamedTuple):
    """What the events of an experiment say: its present name, if any event gave one."""

    name: str | None = None
    description: str = ""
    tags: Mapping[str, Any] = {}
    deleted: bool = False
    warnings: tuple[str, ...] = ()
    events: tuple[Event, ...] = ()


def read_events(store: Store) -> dict[str, Events]:
    """Return the events of each experiment of which anything was said, by its id."""
    return {e: events_of(store, e) for e in store.layout.experiments_said_of()}


def events_of(store: Store, experiment_id: str) -> Events:
    """Return the events of one experiment."""
    return read_folder(store.layout.experiment(experiment_id), subject=experiment_id)


def state_of(said: Events, counts: Mapping[str, int]) -> ExperimentState:
    """Return what the events of one experiment say.

    Args:
        said: its events.
        counts: how many folders its runs have, by date.
    """
    name: str | None = None
    description = ""
    tags: dict[str, Any] = {}
    for event in said.events:
        body = event.body
        if event.kind in {"renamed", "created"} and isinstance(body.get("name"), str):
            name = body["name"]
        if event.kind in {"described", "created"} and isinstance(body.get("description"), str):
            description = body["description"]
        elif event.kind == "tagged" and isinstance(body.get("tags"), dict):
            tags |= body["tags"]
    found = verdict(said.events, counts, "a run or a writer of {}")
    warnings = (*said.faults, *found.warnings)
    return ExperimentState(name, description, tags, found.deleted, warnings, said.events)


def load_state(store: Store, experiment_id: str) -> ExperimentState:
    """Return the state of one experiment; its runs are looked at only if it may be deleted."""
    said = events_of(store, experiment_id)
    doubtful = deletions_standing(said.events)
    return state_of(said, counts_of(store, experiment_id) if doubtful else {})


def is_deleted(store: Store, experiment_id: str) -> bool:
    """Tell whether an experiment counts as deleted."""
    return load_state(store, experiment_id).deleted


def names_said(store: Store, experiment_ids: Iterable[str]) -> dict[str, str | None]:
    """Return for each experiment the name that its events gave it; None where they gave none."""
    return {e: state_of(events_of(store, e), {}).name for e in experiment_ids}


def counts_of(store: Store, experiment_id: str) -> Counts:
    """Return for each date how many folders the runs of an experiment have.

    A record that does not hold the id's letters is not of that experiment, so it is not parsed.
    """
    counts: Counts = {}
    letters = experiment_id.encode()
    for run_id, writers in store.layout.runs():
        path = store.layout.run_folder(run_id) / RUN
        try:
            data = read_bytes(refuse_links(path))
            if letters in data and codec.decode(data, str(path)).experiment_id == experiment_id:
                _count(counts, run_id, 1 + len(writers))
        except MltrackError:
            continue
    return counts


def _count(counts: Counts, run_id: str, folders: int) -> None:
    date = run_id[:8]
    counts[date] = counts.get(date, 0) + folders
