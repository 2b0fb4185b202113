"""A run whose files a registered version needs is not removed."""

from pathlib import Path

import pytest

import mltrack
from mltrack.api.status import store_status
from mltrack.api.store import opened_store, use
from mltrack.errors import ConflictError, UsageError
from mltrack.gc.planning import planned
from mltrack.registry import index
from mltrack.registry.entities import Version
from mltrack.registry.facts import Deleted
from mltrack.registry.reader import list_models, stages_of
from mltrack.registry.writing import append, changing
from mltrack.store.clock import now
from mltrack.store.store import Store
from tests.registry.project import Project


def test_a_run_that_a_living_version_comes_of_is_not_removed(project: Project) -> None:
    version = project.register()
    with pytest.raises(ConflictError, match=r"has the files of churn/1 \(dev\)") as refused:
        mltrack.remove_runs([str(version.source.run)])
    assert refused.value.fix == "mltrack registry archive churn/1 -m WHY"
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


def delete(project: Project, version: Version) -> None:
    fact = Deleted(version=version.id)
    with changing(project.store, version.model, stages_of(project.store)) as state:
        append(project.store, state, fact, name=version.model, reason="nobody needs it")
    index.refresh(project.store)


def test_once_the_version_is_deleted_its_run_may_go(project: Project) -> None:
    version = project.register()
    delete(project, version)
    mltrack.remove_runs([str(version.source.run)])
    assert not mltrack.search_runs()
    assert not [line for line in store_status().warnings if "which was removed" in line]


def test_a_deleted_version_keeps_its_run_and_its_objects_from_gc(project: Project) -> None:
    """A deletion is no purge: who restores the version finds its files."""
    version = project.register()
    delete(project, version)
    mltrack.remove_runs([str(version.source.run)])
    project.repo.commit("Remove all of it")
    plan = planned(project.store, before=now() + 1000)
    assert plan.items == ()
    assert [spared.why for spared in plan.spared] == ["a version of a model is of it"]


def test_a_store_with_a_deleted_version_is_sound_and_is_imported_with_it(
    project: Project, tmp_path: Path
) -> None:
    version = project.register()
    delete(project, version)
    project.repo.commit("Delete it")
    assert [f for f in mltrack.check_store().findings if f.severity != "note"] == []
    use(store=str(Store.create(tmp_path / ".mltrack").root))
    mltrack.import_runs(project.store.root)
    [model] = list_models(opened_store(), deleted=True).models
    assert [one.id for one in model.deleted] == [version.id]
