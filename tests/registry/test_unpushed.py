"""What an exclusive stage asks of the files: that git carries them, so that no laptop has all."""

import pytest

import mltrack
from mltrack.registry.inline import refuse_unpushed, unpushed_files
from mltrack.registry.moves import Promotion
from mltrack.registry.policy import MoveRefusedError
from mltrack.store.yaml_reader import read_file
from tests.registry.project import Project
from tests.support.cli import Cli

SMALL = "format: 1\nartifacts: {inline_file_bytes: 4096}\n"


@pytest.fixture
def large(project: Project) -> Project:
    """Return a project with churn/1, whose weights are kept as an object."""
    project.repo.write(".mltrack/config.yaml", SMALL)
    register(project)
    return project


def register(project: Project) -> None:
    with mltrack.start_run() as run:
        run.log_artifact(project.package("w" * 5000), to="model")
    mltrack.register_model(run.id, "churn")


def test_a_version_with_an_object_is_not_promoted_to_a_stage_that_holds_one(large: Project) -> None:
    before = large.events
    with pytest.raises(MoveRefusedError, match=r"git does not carry 'data/model.bin'") as caught:
        large.promote("churn/1", "production")
    assert "--allow-unpushed" in caught.value.fix
    assert "artifacts.inline_file_bytes" in caught.value.fix
    assert large.events == before


def test_that_it_was_allowed_is_recorded_and_shown(large: Project) -> None:
    move = mltrack.promote_model("churn/1", to="staging", reason="good", allow_unpushed=True)
    event = read_file(large.store.layout.model_events("churn") / f"{move.event}.yaml")
    assert event["unpushed"] is True
    state = mltrack.get_model("churn")
    assert state.versions[0].unpushed
    page = Cli(large.repo.path)("model", "show", "churn/1").out
    assert "good; unpushed" in page
    assert state.history[-1].words == "files not in git"


def test_stages_that_hold_many_take_it_as_it_is(large: Project) -> None:
    assert mltrack.archive_model("churn/1", reason="old").unpushed == ()


def test_a_rollback_and_a_demotion_to_such_a_stage_are_refused_too(large: Project) -> None:
    register(large)
    for number in (1, 2):
        name = f"churn/{number}"
        mltrack.promote_model(name, to="production", reason="good", allow_unpushed=True)
    with pytest.raises(MoveRefusedError, match="churn v1 cannot go to production: git does"):
        mltrack.rollback_model("churn", reason="bad")
    with pytest.raises(MoveRefusedError, match="churn v2 cannot go to staging: git does"):
        mltrack.demote_model("churn/2", reason="bad")
    assert mltrack.rollback_model("churn", reason="bad", allow_unpushed=True).unpushed


def test_a_version_from_a_folder_is_looked_at_too(large: Project) -> None:
    version = mltrack.register_model(large.package("x" * 5000), "churn")
    assert unpushed_files(large.store, version) == ("data/model.bin",)
    with pytest.raises(MoveRefusedError, match="churn v2 cannot go to staging"):
        large.promote("churn/2", "staging")


def test_other_files_of_the_run_do_not_count(project: Project) -> None:
    project.repo.write(".mltrack/config.yaml", SMALL)
    with mltrack.start_run() as run:
        run.log_artifact(project.package(), to="model")
        run.log_text("x" * 5000, "model-card.txt")
    mltrack.register_model(run.id, "churn")
    assert project.promote("churn/1", "production").unpushed == ()


def test_of_many_files_three_are_named(project: Project) -> None:
    files = ("a", "b", "c", "d", "e")
    move = Promotion(
        version=project.register(), from_stage="dev", to_stage="production", unpushed=files
    )
    with pytest.raises(MoveRefusedError, match="'a', 'b', 'c', 2 more"):
        refuse_unpushed(move)
