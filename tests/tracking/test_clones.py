"""Two clones that say things of the same runs and experiments pull from each other and agree."""

from collections.abc import Callable
from typing import Any

import pytest

import mltrack
from mltrack.api import store as api_store
from tests.support.repository import Repository

Act = Callable[[str], object]

ACTS: dict[str, tuple[Act, Act]] = {
    "removed here, tagged there": (
        lambda run: mltrack.remove_runs([run], reason="wrong"),
        lambda run: mltrack.tag_run(run, {"good": True}),
    ),
    "removed here, noted there": (
        lambda run: mltrack.remove_runs([run]),
        lambda run: mltrack.note_run(run, "precious"),
    ),
    "removed here, removed there": (
        lambda run: mltrack.remove_runs([run]),
        lambda run: mltrack.remove_runs([run]),
    ),
    "renamed on both sides": (
        lambda run: mltrack.rename_run(run, "ours"),
        lambda run: mltrack.rename_run(run, "theirs"),
    ),
    "removed and restored here, removed there": (
        lambda run: (mltrack.remove_runs([run]), mltrack.restore_runs([run])),
        lambda run: mltrack.remove_runs([run]),
    ),
    "experiment renamed here, removed there": (
        lambda _: mltrack.rename_experiment("default", "other"),
        lambda _: mltrack.remove_experiment("default"),
    ),
    "experiment removed here, run of it removed there": (
        lambda _: mltrack.remove_experiment("default"),
        lambda run: mltrack.remove_runs([run]),
    ),
    "experiment created on both sides": (
        lambda _: mltrack.create_experiment("new", "ours"),
        lambda _: mltrack.create_experiment("new", "theirs"),
    ),
}

GONE = {"removed here, removed there", "experiment removed here, run of it removed there"}
"""After these nobody lists the run; after all others it was kept."""


def view() -> dict[str, Any]:
    """Return all that a program is told."""
    runs = mltrack.search_runs(deleted=True)
    experiments = mltrack.list_experiments(deleted=True)
    return {
        "listed": [run.id for run in mltrack.search_runs()],
        "runs": [mltrack.get_run(run.id).to_json() for run in runs],
        "experiments": [experiment.to_json() for experiment in experiments.found],
        "warnings": [line.partition(": ")[2] for line in (*runs.warnings, *experiments.warnings)],
    }


@pytest.fixture
def clones(project: Repository) -> tuple[str, Repository, Repository]:
    """Return a run, and two clones that both have it."""
    with mltrack.start_run(name="subject") as run:
        run.log_metric("loss", 1)
    project.commit("Record a run")
    return run.id, project, project.clone("theirs")


@pytest.mark.parametrize("what", ACTS)
def test_both_see_the_same_after_they_pulled(
    clones: tuple[str, Repository, Repository], what: str
) -> None:
    run, ours, theirs = clones
    for clone, act in zip((ours, theirs), ACTS[what], strict=True):
        api_store.use(folder=clone.path)
        act(run)
        clone.commit(what)
    ours.git("pull", "-q", "--no-rebase", "--no-edit", str(theirs.path), "main")
    theirs.git("pull", "-q", "--no-rebase", "--no-edit", str(ours.path), "main")
    views = []
    for clone in (ours, theirs):
        api_store.use(folder=clone.path)
        views.append(view())
        assert clone.git("status", "--porcelain") == ""
    assert views[0] == views[1]
    kept = what not in {
        "removed here, removed there",
        "experiment removed here, run of it removed there",
    }
    assert views[0]["listed"] == ([run] if kept else [])
