"""The registry and its policy as of another commit."""

import pytest

from mltrack.errors import IntegrityError
from mltrack.registry.revisions import Revisions, settings_at
from tests.registry.project import Project

CONFIG = ".mltrack/config.yaml"


def test_stages_and_settings_are_those_of_the_commit(project: Project) -> None:
    project.repo.write(CONFIG, "format: 1\nstages: {new: {}, live: {exclusive: true}}\n")
    then = project.repo.commit("Set our own stages")
    project.repo.write(CONFIG, "format: 1\nindex_branch: trunk\n")
    top = project.repo.path
    assert Revisions(project.store, top).stages(then).order == ("new", "live")
    assert settings_at(project.store, top, then)["index_branch"] == ""


def test_a_commit_without_a_config_file_has_the_usual_stages(project: Project) -> None:
    first = project.repo.git("rev-list", "--max-parents=0", "HEAD")
    stages = Revisions(project.store, project.repo.path).stages(first)
    assert stages.order == ("dev", "staging", "production", "archived")


def test_what_this_machine_sets_says_nothing_of_a_commit(
    project: Project, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("MLTRACK_INDEX_BRANCH", "mine")
    assert project.store.settings["index_branch"] == "mine"
    assert settings_at(project.store, project.repo.path, "HEAD")["index_branch"] == ""


def test_a_broken_config_file_is_named_with_its_commit(project: Project) -> None:
    project.repo.write(CONFIG, "stages: [\n")
    commit = project.repo.commit("Break it")
    with pytest.raises(IntegrityError, match=f"config.yaml of {commit[:10]}"):
        Revisions(project.store, project.repo.path).stages(commit)


def test_models_are_those_of_the_commit(project: Project) -> None:
    project.register()
    then = project.repo.commit("Register")
    project.promote("churn/1", "production")
    (model,) = Revisions(project.store, project.repo.path).view(then).models
    assert [version.stage for version in model.versions] == ["dev"]
