"""Register a model."""

import shutil
from pathlib import Path

import pytest

import mltrack
from mltrack.api.registry.models import get_model, list_models
from mltrack.errors import ConflictError, IntegrityError, NotFoundError, UsageError
from mltrack.registry.facts import MAX_NUMBER, NumberAssigned
from mltrack.registry.sources import keep_package
from mltrack.registry.writing import append
from mltrack.store.yaml_reader import read_file
from tests.registry.project import Project


def test_a_run_that_has_one_model_gives_a_version(project: Project) -> None:
    run = project.run(accuracy=0.75)
    version = mltrack.register_model("@latest", "churn", description="small", reason="first")
    assert (version.number, version.stage, version.uri) == (1, "dev", "churn/1")
    assert (version.source.run, version.source.path) == (run, "model")
    assert version.evidence.metrics == {"accuracy": 0.75}
    assert (version.actor["email"], version.reason) == ("ada@example.org", "first")
    assert version.description == "small"


def test_the_next_version_gets_the_next_number(project: Project) -> None:
    project.register()
    assert project.register().number == 2


def test_one_of_several_models_is_named_by_its_uri(project: Project) -> None:
    run = project.run("small", "large")
    version = mltrack.register_model(f"runs:/{run}/large", "churn")
    assert version.source.path == "large"


def test_several_models_and_none_named_is_a_conflict_that_lists_them(project: Project) -> None:
    project.run("small", "large")
    with pytest.raises(ConflictError, match=r"2 models: runs:/.*/large, runs:/"):
        mltrack.register_model("1", "churn")
    assert project.events == []


def test_the_same_model_of_the_same_run_is_registered_once(project: Project) -> None:
    project.run()
    first = mltrack.register_model("1", "churn")
    again = mltrack.register_model("1", "churn")
    assert again.id == first.id
    assert again.notes[-1].startswith("v1 is this model of this run already")
    assert len(project.events) == 1


def test_a_package_in_a_folder_is_copied_into_the_store(project: Project) -> None:
    folder = project.package("the weights")
    version = mltrack.register_model(folder, "churn")
    shutil.rmtree(folder)
    kept = project.store.layout.model_version("churn", version.id)
    assert version.source.run is None
    assert (kept / "artifacts/model/data/model.bin").read_text(encoding="utf-8") == "the weights"


def test_a_path_is_read_as_one_only_if_it_looks_like_one(project: Project) -> None:
    folder = project.package()
    shutil.copytree(folder, project.repo.path / "model")
    assert mltrack.register_model("./model", "churn").number == 1
    with pytest.raises(NotFoundError, match="no run matches 'model'"):
        mltrack.register_model("model", "churn")


def test_a_package_whose_bytes_were_changed_is_refused_and_leaves_nothing(
    project: Project,
) -> None:
    folder = project.package()
    (folder / "data" / "model.bin").write_text("other", encoding="utf-8")
    with pytest.raises(IntegrityError, match="was changed"):
        mltrack.register_model(folder, "churn")
    assert not project.store.layout.models.exists()


def test_a_copy_that_is_not_what_was_checked_is_not_kept(project: Project) -> None:
    target = project.store.layout.model_version("churn", "20260131-120000-kfxhqzab")
    with pytest.raises(IntegrityError, match="is not the one that was recorded"):
        keep_package(project.store, project.package(), target, "0" * 64)
    assert not target.exists()
    assert list(project.store.layout.tmp.glob("2026*")) == []


@pytest.mark.parametrize(
    "name", ["a/b", "../x", "..", "a\x1b[2J", "a\nb", "", " a", "a@b", "~a", "runs:", "x" * 200]
)
def test_a_name_that_could_be_something_else_is_refused(project: Project, name: str) -> None:
    project.run()
    with pytest.raises(UsageError, match="cannot name a model"):
        mltrack.register_model("1", name)
    assert not project.store.layout.models.exists()


@pytest.mark.parametrize("name", ["Customer churn", "production", "3", "latest", "con", "größe"])
def test_a_name_that_cannot_be_a_folder_keeps_its_spelling(project: Project, name: str) -> None:
    version = project.register(name)
    assert version.model == name
    assert version.folder.count("--") == 1
    assert get_model(name).versions[0].uri == f"{name}/1"


def test_a_model_is_found_though_its_name_became_a_stage(project: Project) -> None:
    project.register("canary")
    project.repo.write(".mltrack/config.yaml", "format: 1\nstages: {dev: {}, canary: {}}\n")
    assert get_model("canary").versions[0].folder == "canary"
    assert project.register("canary").number == 2


def test_a_run_without_a_model_is_told(project: Project) -> None:
    with mltrack.start_run():
        mltrack.log_metric("accuracy", 1)
    with pytest.raises(NotFoundError, match="has no model"):
        mltrack.register_model("1", "churn")


def test_a_removed_run_is_refused(project: Project) -> None:
    from mltrack.api.runs.removal import remove_runs

    run = project.run()
    remove_runs([run])
    with pytest.raises(UsageError, match="was removed"):
        mltrack.register_model(run, "churn")


def test_a_registered_version_cannot_be_the_source(project: Project) -> None:
    project.register()
    with pytest.raises(UsageError, match="names a model that is registered"):
        mltrack.register_model("churn/1", "other")


def test_a_folder_without_a_package_is_told(project: Project) -> None:
    with pytest.raises(NotFoundError, match="holds no model"):
        mltrack.register_model(project.repo.path, "churn")


def test_a_secret_in_the_reason_is_masked(project: Project) -> None:
    project.run()
    mltrack.register_model("1", "churn", reason="with ghp_" + "a" * 40)
    assert read_file(project.events[0])["reason"] == "with ****"


def test_a_bad_event_file_costs_a_warning_and_never_the_listing(project: Project) -> None:
    project.register()
    project.register("fraud")
    victim = next(path for path in project.events if path.parts[-3] == "churn")
    victim.write_bytes(victim.read_bytes() + b"# edited\n")
    listing = list_models()
    assert [model.name for model in listing.models] == ["fraud"]
    assert any("was changed after it was written" in line for line in listing.warnings)


def test_a_link_among_the_models_is_not_followed(project: Project, tmp_path: Path) -> None:
    version = project.register()
    models = project.store.layout.models
    models.rename(tmp_path / "elsewhere")
    models.mkdir()
    (models / version.folder).symlink_to(tmp_path / "elsewhere" / version.folder)
    assert list_models().models == ()


def test_where_an_event_took_the_last_number_nothing_is_registered(project: Project) -> None:
    version = project.register()
    fact = NumberAssigned(version=version.id, number=MAX_NUMBER)
    append(project.store, mltrack.get_model("churn"), fact, name="churn", reason="")
    before = project.events
    with pytest.raises(IntegrityError, match="no number is left for a version of churn"):
        project.register()
    assert project.events == before
    assert mltrack.get_model("churn").versions[0].number == MAX_NUMBER
