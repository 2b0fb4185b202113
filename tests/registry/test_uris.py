"""Find a model by any of its names."""

from pathlib import Path

import pytest

import mltrack
from mltrack.api.models.uris import resolve_model
from mltrack.errors import ConflictError, NotFoundError
from tests.registry.project import Project


@pytest.mark.parametrize(
    "uri",
    [
        "churn/1",
        "churn/v1",
        "churn@staging",
        "churn/latest",
        "models:/churn/1",
        "models:/churn@staging",
        "models:/churn/Staging",
        "models:/churn/testing",
        "models:/churn/latest",
    ],
)
def test_every_form_finds_the_registered_version(project: Project, uri: str) -> None:
    version = project.register()
    project.promote("churn/1", "staging")
    found = resolve_model(project.store, uri)
    assert (found.digest, found.name) == (version.digest, "churn/1")
    assert (found.folder / "MANIFEST.sha256").is_file()


def test_a_model_in_a_run_is_found_with_its_recorded_digest(project: Project) -> None:
    run = project.run("small", "large")
    found = resolve_model(project.store, f"runs:/{run}/small")
    assert found.folder.name == "small"
    assert found.digest is not None
    assert found.name == f"runs:/{run[16:]}/small"


def test_a_run_alone_means_its_only_model(project: Project) -> None:
    project.run()
    assert resolve_model(project.store, "@latest").folder.name == "model"


def test_a_run_with_several_models_lists_their_uris(project: Project) -> None:
    project.run("small", "large")
    with pytest.raises(ConflictError, match="2 models: runs:/"):
        resolve_model(project.store, "1")


def test_a_model_that_a_run_does_not_have_is_told_with_those_it_has(project: Project) -> None:
    run = project.run("small")
    with pytest.raises(NotFoundError, match="no model 'large'") as caught:
        resolve_model(project.store, f"runs:/{run}/large")
    assert "/small" in caught.value.why


def test_a_path_needs_no_store(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    found = resolve_model(None, "./model")
    assert (found.folder, found.digest) == (tmp_path / "model", None)


def test_a_name_without_a_store_is_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    with pytest.raises(NotFoundError, match="there is no store"):
        resolve_model(None, "churn/1")


def test_a_model_that_is_named_without_a_version_is_helped(project: Project) -> None:
    project.register()
    with pytest.raises(NotFoundError, match="no version of it is named") as caught:
        resolve_model(project.store, "churn")
    assert "churn/latest" in caught.value.fix


def test_a_large_model_is_found_though_git_does_not_carry_it(project: Project) -> None:
    project.repo.write(".mltrack/config.yaml", "format: 1\nartifacts: {inline_file_bytes: 10}\n")
    version = mltrack.register_model(project.package("x" * 1000), "churn")
    found = resolve_model(project.store, "churn/1")
    assert found.digest == version.digest
    assert (found.folder / "data" / "model.bin").stat().st_size == 1000
