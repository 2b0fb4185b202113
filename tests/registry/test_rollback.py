"""Give a stage back to the version that held it before."""

import shutil
from dataclasses import replace

import pytest

import mltrack
from mltrack.api.registry.promoting import carry_out, held_against_gates, steady
from mltrack.errors import ConflictError, IntegrityError, NotFoundError, UsageError
from mltrack.registry.moves import Promotion
from mltrack.registry.policy import MoveRefusedError
from mltrack.registry.rollback import NoPreviousHolderError, rollback
from mltrack.store.yaml_reader import read_file
from tests.registry.clones import STAGES, Clone
from tests.registry.project import Project


def in_turn(*stages: str) -> Clone:
    """Return a clone that registered a version for each stage, and promoted it there."""
    clone = Clone()
    for stage in stages:
        clone.promote(clone.register(), stage)
    return clone


def rolled_back(clone: Clone, stage: str = "production") -> str:
    """Roll back, and return which version that brought back."""
    move = rollback(clone.state, STAGES, stage)
    clone.promote(move.version.id, stage)
    return move.version.label


def test_a_rollback_returns_to_the_previous_holder_and_archives_the_present_one() -> None:
    move = rollback(in_turn("production", "production").state, STAGES, "production")
    assert move.words == "churn v1: archived -> production (in place of v2, now archived)"
    assert move.kind == "promoted"


def test_each_rollback_goes_one_step_further_back_and_none_goes_forward() -> None:
    ours = in_turn("production", "production", "production")
    assert [rolled_back(ours), rolled_back(ours)] == ["v2", "v1"]
    with pytest.raises(NoPreviousHolderError, match="v1 was the first") as caught:
        rolled_back(ours)
    assert "v2 came later" in caught.value.why
    assert caught.value.fix == "mltrack promote churn/2 --to production -m WHY"


def test_after_another_promotion_the_steps_begin_from_there() -> None:
    ours = in_turn("production", "production", "production")
    rolled_back(ours)
    ours.promote(ours.register(), "production")
    assert [rolled_back(ours), rolled_back(ours)] == ["v2", "v1"]


def test_a_version_that_is_promoted_again_is_rolled_back_to_who_was_there_meanwhile() -> None:
    ours = in_turn("production", "production", "production")
    ours.promote(ours.state.versions[0].id, "production")
    assert [rolled_back(ours), rolled_back(ours), rolled_back(ours)] == ["v3", "v2", "v1"]


def test_a_promotion_of_the_version_before_counts_as_a_rollback() -> None:
    ours = in_turn("production", "production", "production")
    ours.promote(ours.state.versions[1].id, "production")
    assert rolled_back(ours) == "v1"


def test_a_version_that_left_and_came_back_is_not_its_own_previous_holder() -> None:
    ours = in_turn("production", "production")
    second = ours.state.versions[1].id
    ours.promote(second, "archived")
    ours.promote(second, "production")
    assert rolled_back(ours) == "v1"
    alone = in_turn("production")
    alone.promote(alone.state.versions[0].id, "archived")
    alone.promote(alone.state.versions[0].id, "production")
    with pytest.raises(NoPreviousHolderError, match="no previous holder: v1 was the first"):
        rolled_back(alone)


def test_a_rollback_with_no_previous_holder_is_refused() -> None:
    with pytest.raises(NoPreviousHolderError, match="no previous holder: v1 was the first"):
        rolled_back(in_turn("production"))


def test_a_stage_that_nobody_holds_is_not_rolled_back_and_the_last_holder_is_offered() -> None:
    ours = in_turn("production", "production")
    ours.promote(ours.state.versions[1].id, "archived")
    with pytest.raises(NoPreviousHolderError, match="no version of churn is in production") as told:
        rolled_back(ours)
    assert told.value.fix == "mltrack promote churn/2 --to production -m WHY"


def test_who_left_the_stage_before_another_came_held_it_before() -> None:
    ours = in_turn("production")
    ours.promote(ours.state.versions[0].id, "staging")
    ours.promote(ours.register(), "production")
    assert rolled_back(ours) == "v1"


def test_a_rollback_of_another_stage_looks_at_that_stage_alone() -> None:
    ours = in_turn("staging", "production", "staging")
    assert rolled_back(ours, "Staging") == "v1"


def test_a_contested_stage_is_not_rolled_back() -> None:
    ours = in_turn("dev", "dev")
    theirs = ours.fork()
    first, second = (version.id for version in ours.state.versions)
    ours.promote(first, "production")
    theirs.promote(second, "production")
    with pytest.raises(ConflictError, match="is contested: churn/1 and churn/2"):
        rolled_back(ours.merge(theirs))


def test_where_branches_were_at_odds_before_nobody_guesses_who_held_it() -> None:
    ours = in_turn("dev", "dev")
    theirs = ours.fork()
    first, second = (version.id for version in ours.state.versions)
    ours.promote(first, "production")
    theirs.promote(second, "production")
    ours.merge(theirs).promote(ours.register(), "production")
    with pytest.raises(ConflictError, match="was contested before: v1 and v2"):
        rolled_back(ours)


def test_a_branch_that_lost_is_no_previous_holder() -> None:
    ours = in_turn("production", "dev", "dev")
    theirs = ours.fork()
    ours.promote(ours.state.versions[1].id, "production")
    theirs.promote(ours.state.versions[2].id, "production")
    ours.merge(theirs).promote(ours.state.versions[2].id, "production")
    assert rolled_back(ours) == "v1"


def test_who_was_pushed_into_a_stage_can_be_rolled_back_to_who_was_there() -> None:
    ours = in_turn("staging", "production")
    chain = replace(STAGES, replaced={"production": "staging"})
    third = ours.register()
    first, second = (version.id for version in ours.state.versions[:2])
    ours.move(third, "production", chain)
    assert (ours.stage(second), ours.stage(first)) == ("staging", "archived")
    assert rollback(ours.state, chain, "staging").version.id == first


def test_moves_of_config_yaml_hold_for_a_rollback_too() -> None:
    strict = replace(STAGES, moves={"archived": ("dev",)})
    with pytest.raises(MoveRefusedError, match="may not go from archived to production") as caught:
        rollback(in_turn("production", "production").state, strict, "production")
    assert caught.value.why.endswith("dev")


def test_a_stage_that_holds_many_has_no_previous_holder() -> None:
    with pytest.raises(UsageError, match="dev holds many versions"):
        rollback(in_turn("dev").state, STAGES, "dev")


def test_a_previous_holder_that_is_not_registered_here_is_told() -> None:
    ours = in_turn("production", "production")
    first = ours.state.versions[0]
    del ours.events[first.event]
    with pytest.raises(NotFoundError, match=f"{first.id}, which held production .* is not regist"):
        rollback(ours.state, STAGES, "production")


def in_production(project: Project, versions: int) -> None:
    for number in range(1, versions + 1):
        project.register()
        project.promote(f"churn/{number}", "production")


def back(name: str = "churn") -> Promotion:
    return mltrack.rollback_model(name, reason="recall fell")


def test_a_rollback_is_a_promotion_with_the_evidence_of_now(project: Project) -> None:
    in_production(project, 2)
    move = back()
    event = read_file(project.store.layout.model_events("churn") / f"{move.event}.yaml")
    assert (event["kind"], event["from"], event["stage"]) == ("promoted", "archived", "production")
    assert event["reason"] == "recall fell"
    assert event["evidence"]["metrics"] == {"accuracy": 0.9}
    assert mltrack.get_model("churn").holders == {"production": move.version.id}


def test_a_previous_holder_whose_files_are_gone_is_refused(project: Project) -> None:
    in_production(project, 2)
    version = mltrack.get_model("churn").versions[0]
    shutil.rmtree(project.store.layout.run_folder(str(version.source.run)))
    with pytest.raises(IntegrityError, match="the files of churn v1 are not here"):
        back()


def test_gates_do_not_hold_a_rollback_up_and_what_they_say_is_recorded(project: Project) -> None:
    in_production(project, 2)
    config = "format: 1\ngates: {production: [{fields: [owner]}]}\n"
    project.repo.write(".mltrack/config.yaml", config)
    move = back()
    assert ([gate.passed for gate in move.gates], move.forced) == ([False], True)
    event = read_file(project.store.layout.model_events("churn") / f"{move.event}.yaml")
    assert event["forced"] is True
    assert [gate["passed"] for gate in event["evidence"]["gates"]] == [False]


def test_a_previous_holder_whose_files_were_altered_is_refused(project: Project) -> None:
    in_production(project, 2)
    version = mltrack.get_model("churn").versions[0]
    folder = project.store.layout.run_folder(str(version.source.run))
    weights = folder / "artifacts/model/data/model.bin"
    weights.chmod(0o644)
    weights.write_text("other", encoding="utf-8")
    with pytest.raises(IntegrityError, match="was changed"):
        back()


def test_a_rollback_that_would_be_another_one_by_now_is_refused(project: Project) -> None:
    in_production(project, 2)
    state = mltrack.get_model("churn")
    decision = held_against_gates(
        project.store, STAGES, state, steady(lambda now, order: rollback(now, order, "production"))
    )
    project.register()
    project.promote("churn/3", "production")
    with pytest.raises(ConflictError, match="somebody else moved a version of churn") as caught:
        carry_out(decision, "recall fell")
    assert "churn v2: archived -> production" in caught.value.why


def test_a_version_is_not_what_a_rollback_is_told(project: Project) -> None:
    in_production(project, 2)
    with pytest.raises(UsageError, match="names a version"):
        back("churn/1")
    with pytest.raises(NotFoundError, match="no stage 'productoin', did you mean production"):
        back("churn@productoin")


def test_a_rollback_without_a_reason_is_refused(project: Project) -> None:
    in_production(project, 2)
    with pytest.raises(UsageError, match="a rollback needs a reason"):
        mltrack.rollback_model("churn", reason=" ")
