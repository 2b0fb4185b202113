"""Find experiments: by name, by id, all of them."""

import unicodedata
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, NamedTuple

from mltrack.api.store import opened_store
from mltrack.errors import ConflictError, NotFoundError, nearest
from mltrack.progress import Share, nobody
from mltrack.store.events import Event
from mltrack.store.journal import jsonable
from mltrack.store.store import Store
from mltrack.tracking.annotations import author_of
from mltrack.tracking.catalog import search
from mltrack.tracking.catalog.experiments import ExperimentRuns
from mltrack.tracking.deletion import deletions_standing
from mltrack.tracking.experiment_fold import ExperimentState


@dataclass(frozen=True, slots=True, kw_only=True)
class Experiment:
    """An experiment as its runs and what was said of it tell it.

    Attributes:
        id: ten letters that its first name gave it.
        name: what it is called now.
        description: what it is about.
        tags: what was said of it by key.
        runs: how many runs of it there are, those left out that were removed.
        by_status: how many of these have each status.
        newest: handles of its newest runs, the newest first.
        latest: when the newest began, as the store writes time; None without runs.
        deleted: whether it was removed, which hides its runs too.
        disputed: whether a deletion of it stands, but does not count.
        history: what was said of it, oldest first: kind, time, by, reason.
        warnings: what is not as it should be, one line each.
    """

    id: str
    name: str
    description: str = ""
    tags: Mapping[str, Any] = field(default_factory=dict)
    runs: int = 0
    by_status: Mapping[str, int] = field(default_factory=dict)
    newest: tuple[str, ...] = ()
    latest: str | None = None
    deleted: bool = False
    disputed: bool = False
    history: tuple[Mapping[str, Any], ...] = ()
    warnings: tuple[str, ...] = ()

    def summary(self) -> dict[str, Any]:
        """Return what a listing shows of it, ready for JSON."""
        return {
            "id": self.id,
            "name": self.name,
            "description": self.description,
            "tags": jsonable(dict(self.tags)),
            "runs": self.runs,
            "latest": self.latest,
            "deleted": self.deleted,
        }

    def to_json(self) -> dict[str, Any]:
        """Return all of it, ready for JSON."""
        return {
            **self.summary(),
            "by_status": dict(self.by_status),
            "newest": list(self.newest),
            "history": [dict(entry) for entry in self.history],
            "warnings": list(self.warnings),
        }


class Experiments(NamedTuple):
    """Experiments by name.

    Attributes:
        found: those that were asked for.
        warnings: a line for each thing that is not as it should be.
        removed: how many were passed over because they were removed.
    """

    found: tuple[Experiment, ...]
    warnings: tuple[str, ...]
    removed: int = 0


def list_experiments(*, deleted: bool = False, progress: Share = nobody) -> Experiments:
    """Return all experiments by name; those that were removed only when asked for.

    Args:
        deleted: also those that were removed.
        progress: is told how many runs are read, where many have to be.

    Raises:
        NotFoundError: there is no store.
    """
    everything = read_experiments(opened_store(), progress)
    shown = tuple(e for e in everything if deleted or not e.deleted)
    warnings = (f"experiment {e.name}: {line}" for e in everything for line in e.warnings)
    removed = len(everything) - len(shown)
    return Experiments(shown, (*warnings, *_shared_names(shown)), removed)


def get_experiment(text: str) -> Experiment:
    """Return one experiment by its name, its id, or the beginning of its id.

    Raises:
        NotFoundError: there is no such experiment.
        ConflictError: several have this name.
    """
    return choose_experiment(read_experiments(opened_store()), text)


def read_experiments(store: Store, progress: Share = nobody) -> list[Experiment]:
    """Return every experiment of a store, the removed ones too, by name and id."""
    return experiments_of(search.experiments(store, progress))


def experiments_of(known: search.Experiments) -> list[Experiment]:
    """Return every experiment that runs name or of which something was said, by name and id."""
    found = [
        _told(
            experiment_id,
            known.states.get(experiment_id, ExperimentState()),
            known.runs.get(experiment_id, ExperimentRuns(experiment_id, {}, (), None)),
            known.handles,
        )
        for experiment_id in {**known.states, **known.runs}
    ]
    return sorted(found, key=lambda e: (e.name, e.id))


def _told(
    experiment_id: str,
    state: ExperimentState,
    runs: ExperimentRuns,
    handles: Mapping[str, str],
) -> Experiment:
    return Experiment(
        id=experiment_id,
        name=state.name or runs.name,
        description=state.description,
        tags=state.tags,
        runs=sum(runs.by_status.values()),
        by_status=runs.by_status,
        newest=tuple(handles[run_id] for run_id in runs.newest),
        latest=runs.latest,
        deleted=state.deleted,
        disputed=not state.deleted and bool(deletions_standing(state.events)),
        history=tuple(map(_entry, state.events)),
        warnings=state.warnings,
    )


def _entry(event: Event) -> dict[str, Any]:
    return {
        "kind": event.kind,
        "time": event.time,
        "by": author_of(event),
        "reason": event.reason,
    }


def _shared_names(experiments: Iterable[Experiment]) -> list[str]:
    by_name: dict[str, list[str]] = {}
    for experiment in experiments:
        by_name.setdefault(experiment.name, []).append(experiment.id)
    return [
        f"{len(ids)} experiments are called {name}: {', '.join(ids)}"
        for name, ids in by_name.items()
        if len(ids) > 1
    ]


def choose_experiment(experiments: Sequence[Experiment], text: str) -> Experiment:
    """Return the one of these experiments that a name, an id or the beginning of an id means.

    A name means one that was removed only where no other has it.

    Raises:
        NotFoundError: none matches.
        ConflictError: several match; they are named.
    """
    name = unicodedata.normalize("NFC", text)
    named = [e for e in experiments if e.name == name]
    matching = (
        [e for e in named if not e.deleted]
        or named
        or [e for e in experiments if text and e.id.startswith(text)]
    )
    if not matching:
        known = [e.name for e in experiments]
        raise NotFoundError(
            f"there is no experiment {text!r}{nearest(name, known)}", fix="mltrack experiment ls"
        )
    if len(matching) > 1:
        told = ", ".join(f"{e.id} ({e.name}, {e.runs} run{'s' * (e.runs != 1)})" for e in matching)
        raise ConflictError(
            f"{text!r} means {len(matching)} experiments: {told}",
            fix="name the one you mean by its id, or rename one of them",
        )
    return matching[0]
