"""A run whose files a registered version needs is not removed."""

import pytest

import mltrack
from mltrack.api.status import store_status
from mltrack.errors import ConflictError, UsageError
from tests.registry.project import Project


def test_a_run_that_a_living_version_comes_of_is_not_removed(project: Project) -> None:
    version = project.register()
    with pytest.raises(ConflictError, match=r"has the files of churn/1 \(dev\)") as refused:
        mltrack.remove_runs([str(version.source.run)])
    assert refused.value.fix == "mltrack promote churn/1 --to archived -m WHY"
    assert mltrack.search_runs()


def test_once_the_version_is_archived_its_run_may_go(project: Project) -> None:
    version = project.register()
    project.promote("churn/1", "archived")
    mltrack.remove_runs([str(version.source.run)])
    assert not mltrack.search_runs()


def test_one_run_that_is_needed_keeps_all_that_were_named(project: Project) -> None:
    other, needed = project.run(), str(project.register().source.run)
    with pytest.raises(ConflictError):
        mltrack.remove_runs([other, needed])
    assert len(mltrack.search_runs()) == 2


def test_an_experiment_with_such_a_run_is_not_removed(project: Project) -> None:
    project.register()
    with pytest.raises(ConflictError, match="has the files of churn/1"):
        mltrack.remove_experiment("default")


def test_a_run_that_went_with_its_experiment_is_not_registered(project: Project) -> None:
    run = project.run()
    mltrack.remove_experiment("default")
    with pytest.raises(UsageError, match="was removed with its experiment default"):
        mltrack.register_model(run, "churn")


def test_status_tells_of_a_run_that_one_branch_removed_and_another_registered(
    project: Project,
) -> None:
    run = project.run()
    project.repo.commit("Record a run")
    project.on_branch("ours")
    mltrack.register_model(run, "churn")
    project.repo.commit("Register it")
    project.on_branch("theirs")
    mltrack.remove_runs([run])
    project.repo.commit("Remove it")
    project.repo.merge("ours")
    told = [line for line in store_status().warnings if "which was removed" in line]
    assert told == [
        f"churn/1 is the model of run {run[16:]}, which was removed: mltrack restore {run[16:]}"
    ]
