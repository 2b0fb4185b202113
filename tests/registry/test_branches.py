"""Two branches, two clones, one registry: real git, no merge driver."""

import json

import pytest

import mltrack
from mltrack.api.models.uris import resolve_model
from mltrack.api.registry.history import registry_history
from mltrack.api.registry.models import get_model, list_models
from mltrack.errors import ConflictError
from tests.registry.project import Project
from tests.support.cli import Cli


@pytest.fixture
def contested(project: Project) -> Project:
    """Return a project whose two branches promoted different versions, and were merged."""
    project.contest()
    return project


def test_branches_that_both_promote_merge_without_a_conflict_and_leave_the_stage_contested(
    contested: Project,
) -> None:
    assert contested.repo.git("status", "--porcelain") == ""
    with pytest.raises(ConflictError, match="production of churn is contested") as caught:
        resolve_model(None, "models:/churn@production")
    assert {"churn/1", "churn/2"} <= set(caught.value.message.split())
    assert any("production of churn is contested" in line for line in list_models().warnings)


def test_status_warns_of_a_contested_stage(contested: Project) -> None:
    assert "production of churn is contested" in Cli(contested.repo.path)("status").err


def test_a_promote_after_the_merge_follows_both_and_settles_the_stage(contested: Project) -> None:
    move = contested.promote("churn/2", "production")
    state = get_model("churn")
    assert state.holders == {"production": state.versions[1].id}
    assert state.versions[0].stage == "archived"
    assert [version.label for version in move.replaces] == ["v1"]
    assert state.heads == (move.event,)


def test_branches_that_both_register_have_one_number_twice_and_nothing_is_renumbered(
    project: Project,
) -> None:
    for branch in ("ours", "theirs"):
        project.on_branch(branch)
        project.register()
        project.repo.commit("Register a version")
    project.repo.merge("ours")
    versions = get_model("churn").versions
    with pytest.raises(ConflictError, match="churn/1 means 2 versions") as caught:
        resolve_model(None, "churn/1")
    assert all(f"churn/{version.id}" in caught.value.message for version in versions)
    assert [version.proposed for version in versions] == [1, 1]


def test_a_version_with_a_double_number_is_promoted_by_its_id(project: Project) -> None:
    for branch in ("ours", "theirs"):
        project.on_branch(branch)
        project.register()
        project.repo.commit("Register a version")
    project.repo.merge("ours")
    version = get_model("churn").versions[0]
    mltrack.promote_model(f"churn/{version.id}", to="staging", reason="the better one")
    assert get_model("churn").holders == {"staging": version.id}
    assert project.register().number == 2


def test_a_feature_branch_never_touches_the_index(project: Project) -> None:
    project.register()
    project.repo.commit("Register a version")
    index = project.store.layout.registry_index.read_bytes()
    project.on_branch("feature")
    project.register()
    project.promote("churn/1", "staging")
    assert project.store.layout.registry_index.read_bytes() == index


def test_a_revert_of_a_promote_gives_the_stage_back_and_a_revert_of_that_takes_it_again(
    project: Project,
) -> None:
    project.register()
    project.repo.commit("Register a version")
    project.promote("churn/1", "production")
    project.repo.commit("Promote")
    project.repo.git("revert", "--no-edit", "HEAD")
    assert get_model("churn").holders == {}
    project.repo.git("revert", "--no-edit", "HEAD")
    assert list(get_model("churn").holders) == ["production"]


def test_a_cherry_picked_promote_follows_what_came_before_and_says_what_is_missing(
    project: Project,
) -> None:
    project.register()
    project.register()
    project.promote("churn/1", "production")
    project.repo.commit("Register two versions")
    project.on_branch("feature")
    project.promote("churn/2", "staging")
    project.repo.commit("Try it in staging")
    project.promote("churn/2", "production")
    picked = project.repo.commit("Promote it")
    project.repo.checkout("main")
    project.repo.git("cherry-pick", picked)
    state = get_model("churn")
    assert state.holders == {"production": state.versions[1].id}
    assert any("missing" in line for line in state.warnings)


def test_a_second_clone_shows_the_same_models(project: Project, cli: Cli) -> None:
    project.register()
    project.promote("churn/1", "staging")
    project.repo.commit("Register and promote")
    clone = project.repo.clone("clone")
    here = cli("model", "ls", "--output", "json", cwd=project.repo.path)
    there = cli("model", "ls", "--output", "json", cwd=clone.path)
    assert (there.code, there.out) == (0, here.out)
    assert json.loads(there.out)["models"][0]["versions"][0]["stage"] == "staging"


def test_a_second_clone_has_the_files_of_what_it_shows(
    project: Project, monkeypatch: pytest.MonkeyPatch
) -> None:
    digests = [project.register().digest]
    digests.append(mltrack.register_model(project.package(), "churn").digest)
    project.repo.commit("Register two versions")
    monkeypatch.chdir(project.repo.clone("clone").path)
    for number, digest in enumerate(digests, start=1):
        found = resolve_model(None, f"churn/{number}")
        assert found.digest == digest
        assert (found.folder / "data" / "model.bin").is_file()


def test_the_history_tells_what_both_branches_did(contested: Project) -> None:
    told = [(e.kind, e.label, e.to_stage) for e in registry_history("churn")]
    assert ("promoted", "v1", "production") in told
    assert ("promoted", "v2", "production") in told
