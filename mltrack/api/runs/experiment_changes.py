"""Make, name, describe and tag experiments, take them out of the listings, bring them back."""

from collections.abc import Mapping, Sequence
from typing import Any

from mltrack.api.git_notice import tell_if_ignored
from mltrack.api.runs.experiments import Experiment, choose_experiment, read_experiments
from mltrack.api.runs.removal import refuse_registered, refuse_running
from mltrack.api.store import opened_store
from mltrack.errors import ConflictError, NotFoundError
from mltrack.store.names import new_name
from mltrack.store.store import Store
from mltrack.tracking import experiment_fold, experiments, saying
from mltrack.tracking.catalog import search
from mltrack.tracking.catalog.wanted import Wanted
from mltrack.tracking.deletion import DELETED, RESTORED
from mltrack.tracking.ending import settle_all
from mltrack.tracking.notes import checked_note
from mltrack.tracking.values import checked_values


def create_experiment(
    name: str, description: str = "", tags: Mapping[str, Any] | None = None
) -> Experiment:
    """Make an experiment that has no run yet, and return it.

    Raises:
        UsageError: the name cannot be one.
        ConflictError: there is an experiment of this name.
    """
    wanted = new_name(name, "experiment")
    store = opened_store(create=True)
    body: dict[str, Any] = {"name": wanted}
    if description:
        body["description"] = checked_note(description, "description")
    labels = _checked_tags(store, tags or {})
    _refuse_taken(read_experiments(store), wanted)
    made = experiments.find(store, wanted).id
    _say(store, made, "created", body)
    if labels:
        _say(store, made, "tagged", {"tags": labels})
    return _as_it_is_now(store, made)


def rename_experiment(text: str, name: str) -> Experiment:
    """Give an experiment another name and return it; its id stays.

    Raises:
        UsageError: the new name cannot be one.
        NotFoundError: there is no such experiment, or it was removed.
        ConflictError: several have the old name, or another has the new one.
    """
    store, wanted = opened_store(), new_name(name, "experiment")
    everything = read_experiments(store)
    found = _living(everything, text)
    _refuse_taken([e for e in everything if e.id != found.id], wanted)
    if found.name != wanted:
        _say(store, found.id, "renamed", {"name": wanted})
    return _as_it_is_now(store, found.id)


def describe_experiment(text: str, description: str) -> Experiment:
    """Say what an experiment is about, in place of what was said before, and return it.

    Secrets in the words are masked.

    Raises:
        BadValueError: the description is empty, or larger than 64 KiB.
        NotFoundError: there is no such experiment, or it was removed.
        ConflictError: several have this name.
    """
    store, words = opened_store(), checked_note(description, "description")
    found = _living(read_experiments(store), text)
    _say(store, found.id, "described", {"description": words})
    return _as_it_is_now(store, found.id)


def tag_experiment(text: str, tags: Mapping[str, Any]) -> Experiment:
    """Set tags of an experiment and return it.

    Raises:
        TypeError, ValueError: a tag cannot be one.
        NotFoundError: there is no such experiment, or it was removed.
        ConflictError: several have this name.
    """
    store = opened_store()
    labels = _checked_tags(store, tags)
    found = _living(read_experiments(store), text)
    _say(store, found.id, "tagged", {"tags": labels})
    return _as_it_is_now(store, found.id)


def remove_experiment(text: str, reason: str = "") -> Experiment:
    """Mark an experiment as deleted, which takes its runs out of the listings; their files stay.

    Raises:
        UsageError: a run of it is still running.
        NotFoundError: there is no such experiment, or it was removed.
        ConflictError: several have this name, or a version of a model that is not archived comes of
            one of its runs.
    """
    store = opened_store()
    settle_all(store)
    found = _living(read_experiments(store), text)
    records = search.search(store, Wanted(experiment_id=found.id)).runs
    refuse_running(records)
    refuse_registered(store, records)
    seen = experiment_fold.counts_of(store, found.id)
    _say(store, found.id, DELETED, {}, reason=reason, seen=seen)
    return _as_it_is_now(store, found.id)


def restore_experiment(text: str, reason: str = "") -> Experiment:
    """Take back that an experiment was deleted, and return it.

    Raises:
        NotFoundError: no experiment of this name was removed.
        ConflictError: several were.
    """
    store = opened_store()
    settle_all(store)
    everything = read_experiments(store)
    removed = [e for e in everything if e.deleted or e.disputed]
    try:
        found = choose_experiment(removed, text)
    except NotFoundError:
        here = choose_experiment(everything, text)
        raise NotFoundError(
            f"the experiment {here.name} was not removed", fix="mltrack experiment ls --deleted"
        ) from None
    seen = experiment_fold.counts_of(store, found.id)
    _say(store, found.id, RESTORED, {}, reason=reason, seen=seen)
    return _as_it_is_now(store, found.id)


def _checked_tags(store: Store, tags: Mapping[str, Any]) -> dict[str, Any]:
    return checked_values(tags, "tag", store.settings["secrets.allow"])


def _living(everything: Sequence[Experiment], text: str) -> Experiment:
    found = choose_experiment(everything, text)
    if found.deleted:
        raise NotFoundError(
            f"the experiment {found.name} was removed",
            fix=f"mltrack experiment restore {found.id}",
        )
    return found


def _refuse_taken(others: Sequence[Experiment], name: str) -> None:
    taken = next((e for e in others if e.name == name and not e.deleted), None)
    if taken is not None:
        raise ConflictError(
            f"there is an experiment {name} already, {taken.id}",
            fix="choose another name, or rename that one: mltrack experiment rename",
        )


def _say(
    store: Store,
    experiment_id: str,
    kind: str,
    body: Mapping[str, Any],
    *,
    reason: str = "",
    seen: Mapping[str, int] | None = None,
) -> None:
    subject = saying.Subject(experiment_id, store.layout.experiment(experiment_id))
    saying.say(store, subject, kind, body, reason=reason, seen=seen)
    tell_if_ignored(store)


def _as_it_is_now(store: Store, experiment_id: str) -> Experiment:
    """Return an experiment of which something was just said.

    Raises:
        NotFoundError: git, or somebody, has taken that away in this moment.
    """
    found = next((e for e in read_experiments(store) if e.id == experiment_id), None)
    if found is None:
        raise NotFoundError(
            f"the experiment {experiment_id} is not here any more",
            why="what was said of it was written, and a checkout or stash then took it away",
        )
    return found
