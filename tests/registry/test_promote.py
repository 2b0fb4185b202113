"""Promote a version."""

import shutil

import pytest

import mltrack
from mltrack.api.registry.history import registry_history
from mltrack.api.registry.models import get_model
from mltrack.api.registry.promoting import carry_out, decide
from mltrack.errors import ConflictError, IntegrityError, MltrackError, NotFoundError, UsageError
from mltrack.store.yaml_reader import read_file
from tests.registry.project import Project


def test_the_event_tells_who_what_why_from_where_and_on_what_evidence(project: Project) -> None:
    version = project.register()
    move = mltrack.promote_model("churn/1", to="staging", reason="two quiet weeks")
    event = read_file(project.store.layout.model_events("churn") / f"{move.event}.yaml")
    assert (event["kind"], event["model"], event["version"]) == ("promoted", "churn", version.id)
    assert (event["from"], event["stage"]) == ("dev", "staging")
    assert event["actor"]["email"] == "ada@example.org"
    assert event["reason"] == "two quiet weeks"
    assert event["evidence"] == {"run": version.source.run, "metrics": {"accuracy": 0.9}}


def test_without_a_version_and_a_stage_the_latest_goes_to_the_next(project: Project) -> None:
    project.register()
    project.register()
    told: list[str] = []
    move = mltrack.promote_model("churn", reason="good", progress=told.append)
    assert move.words == "churn v2: dev -> staging"
    assert told == ["v2 is the latest version of churn", "staging comes after dev"]


def test_the_stage_after_is_not_chosen_again_where_somebody_moved_the_version(
    project: Project,
) -> None:
    project.register()
    decision = decide("churn/1")
    project.promote("churn/1", "production")
    with pytest.raises(ConflictError, match="somebody else moved a version of churn") as caught:
        carry_out(decision, "good")
    assert caught.value.why == "now it would be churn v1: production -> staging"


def test_the_holder_goes_to_archived_and_the_move_says_so(project: Project) -> None:
    project.register()
    project.register()
    project.promote("churn/1", "production")
    move = project.promote("churn/2", "production")
    assert move.words == "churn v2: dev -> production (in place of v1, now archived)"
    assert [v.stage for v in get_model("churn").versions] == ["archived", "production"]


def test_a_version_is_named_by_its_stage_or_apart_from_its_model(project: Project) -> None:
    project.register()
    project.promote("churn/1", "staging")
    assert mltrack.promote_model("churn@staging", reason="good").to_stage == "production"
    assert mltrack.promote_model("churn", 1, to="dev", reason="bad").to_stage == "dev"


def test_a_dry_run_decides_and_writes_nothing(project: Project) -> None:
    project.register()
    before = project.events
    move = mltrack.promote_model("churn", reason="good", dry_run=True)
    assert (move.to_stage, move.event) == ("staging", "")
    assert project.events == before


@pytest.mark.parametrize("reason", ["", "  "])
def test_a_promotion_without_a_reason_is_refused(project: Project, reason: str) -> None:
    project.register()
    with pytest.raises(UsageError, match="needs a reason"):
        mltrack.promote_model("churn", reason=reason)


def test_a_version_whose_files_were_altered_is_refused(project: Project) -> None:
    version = project.register()
    folder = project.store.layout.run_folder(str(version.source.run))
    weights = folder / "artifacts/model/data/model.bin"
    weights.chmod(0o644)
    weights.write_text("other", encoding="utf-8")
    with pytest.raises(IntegrityError, match="was changed"):
        project.promote("churn/1", "staging")
    assert len(project.events) == 1


def test_a_version_whose_files_are_gone_is_refused(project: Project) -> None:
    version = project.register()
    shutil.rmtree(project.store.layout.run_folder(str(version.source.run)))
    with pytest.raises(IntegrityError, match="the files of churn v1 are not here"):
        project.promote("churn/1", "staging")


def test_a_version_that_was_registered_from_a_path_is_checked_too(project: Project) -> None:
    version = mltrack.register_model(project.package(), "churn")
    shutil.rmtree(project.store.layout.model_version("churn", version.id))
    with pytest.raises(IntegrityError, match="the files of churn v1 are not here"):
        project.promote("churn/1", "staging")


@pytest.mark.parametrize(
    ("version", "stage", "words"),
    [
        ("fraud/1", "staging", "no model 'fraud'"),
        ("chrun/1", "staging", "did you mean churn"),
        ("churn/2", "staging", "no version 2 of churn; there is 1"),
        ("churn/1", "stagin", "no stage 'stagin', did you mean staging"),
    ],
)
def test_what_is_not_there_is_told(project: Project, version: str, stage: str, words: str) -> None:
    project.register()
    with pytest.raises(NotFoundError, match=words):
        project.promote(version, stage)
    assert len(project.events) == 1


def test_a_stage_of_config_yaml_is_a_stage(project: Project) -> None:
    text = "format: 1\nstages: {new: {}, live: {exclusive: true}}\nmoves: {live: []}\n"
    project.repo.write(".mltrack/config.yaml", text)
    assert project.register().stage == "new"
    project.promote("churn/1", "live")
    with pytest.raises(MltrackError, match="may not go from live to new"):
        project.promote("churn/1", "new")


def test_an_identity_that_is_hashed_still_names_the_actor(project: Project) -> None:
    project.repo.write(".mltrack/config.yaml", "format: 1\nidentity: {user: none}\n")
    version = project.register()
    assert str(version.actor["name"]).startswith("sha256:")
    assert "ada" not in project.events[0].read_text(encoding="utf-8")


def test_the_history_of_all_models_is_in_the_order_of_time(project: Project) -> None:
    project.register()
    project.register("fraud")
    project.promote("churn/1", "staging")
    told = [(entry.model, entry.kind) for entry in registry_history()]
    assert told == [("churn", "registered"), ("fraud", "registered"), ("churn", "promoted")]


def test_a_version_that_is_taken_away_meanwhile_is_not_found(project: Project) -> None:
    project.register()

    def take_away(_: str) -> None:
        for event in project.events:
            event.unlink()

    with pytest.raises(NotFoundError, match="churn"):
        mltrack.promote_model("churn", reason="good", progress=take_away)
    assert project.events == []
