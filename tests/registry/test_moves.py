"""Demote and archive, and where the replaced go."""

import shutil
from dataclasses import replace
from typing import TYPE_CHECKING

import pytest

import mltrack
from mltrack.errors import ConflictError, NotFoundError, UsageError
from mltrack.registry.moves import Promotion
from mltrack.registry.policy import MoveRefusedError, archiving, demotion, promotion
from mltrack.registry.stages import Stages
from mltrack.store.yaml_reader import read_file
from tests.registry.clones import STAGES, Clone
from tests.registry.project import Project

if TYPE_CHECKING:
    from collections.abc import Callable

CHAIN = Stages(
    order=("dev", "shadow", "staging", "production", "archived"),
    exclusive=frozenset({"shadow", "staging", "production"}),
    replaced={"production": "staging", "staging": "shadow"},
)


def one_in(stage: str) -> Clone:
    """Return a clone with one version, which is in that stage."""
    clone = Clone()
    version = clone.register()
    if stage != "dev":
        clone.promote(version, stage)
    return clone


def demoted(clone: Clone, to: str | None = None, stages: Stages = STAGES) -> Promotion:
    return demotion(clone.state, stages, clone.state.versions[0], to)


@pytest.mark.parametrize(
    ("stage", "to", "there"),
    [
        ("production", None, "staging"),
        ("staging", None, "dev"),
        ("production", "development", "dev"),
    ],
)
def test_a_demotion_goes_to_the_stage_before_or_to_an_earlier_one(
    stage: str, to: str | None, there: str
) -> None:
    move = demoted(one_in(stage), to)
    assert (move.kind, move.from_stage, move.to_stage) == ("demoted", stage, there)


@pytest.mark.parametrize(
    ("stage", "to", "words", "fix"),
    [
        ("dev", None, "no stage comes before it", "registry archive churn/1"),
        ("staging", "production", "production is no earlier stage", "promote churn/1 --to prod"),
        ("staging", "archived", "archived is no earlier stage", "registry archive churn/1"),
        ("archived", None, "is archived", "promote churn/1 --to dev"),
        ("archived", "staging", "is archived", "promote churn/1 --to dev"),
        ("staging", "staging", "is already in staging", "registry history churn"),
    ],
)
def test_what_is_no_step_back_is_no_demotion(
    stage: str, to: str | None, words: str, fix: str
) -> None:
    with pytest.raises(MoveRefusedError, match=words) as caught:
        demoted(one_in(stage), to)
    assert fix in caught.value.fix


def test_archived_is_no_step_back_wherever_it_stands() -> None:
    stages = Stages(order=("dev", "archived", "staging", "production"))
    with pytest.raises(MoveRefusedError, match="archived is no earlier stage"):
        demoted(one_in("production"), "archived", stages)
    assert demoted(one_in("staging"), None, stages).to_stage == "dev"


def test_moves_of_config_yaml_hold_for_demotions_and_archiving_too() -> None:
    ours = one_in("production")
    strict = replace(STAGES, moves={"production": ("dev",)})
    with pytest.raises(MoveRefusedError, match="production to staging") as caught:
        demoted(ours, stages=strict)
    assert caught.value.why == "config.yaml allows from there: dev"
    assert caught.value.fix == "move it to one of those, or change moves: in .mltrack/config.yaml"
    with pytest.raises(MoveRefusedError, match="production to archived"):
        archiving(ours.state, strict, ours.state.versions[0])


def test_archiving_twice_and_archiving_where_nothing_is_archived_are_refused() -> None:
    ours = one_in("archived")
    with pytest.raises(MoveRefusedError, match="is already in archived"):
        archiving(ours.state, STAGES, ours.state.versions[0])
    without = Stages(order=("dev", "live"))
    with pytest.raises(NotFoundError, match="no stage 'archived'"):
        archiving(ours.state, without, ours.state.versions[0])


def contested() -> Clone:
    ours = Clone()
    first, second = ours.register(), ours.register()
    theirs = ours.fork()
    ours.promote(first, "production")
    theirs.promote(second, "production")
    return ours.merge(theirs)


def test_no_other_move_of_a_candidate_settles_a_contested_stage_in_silence() -> None:
    state = contested().state
    candidate = state.versions[0]
    moves: list[Callable[[], Promotion]] = [
        lambda: promotion(state, STAGES, candidate, "staging"),
        lambda: demotion(state, STAGES, candidate, "dev"),
        lambda: archiving(state, STAGES, candidate),
    ]
    for move in moves:
        with pytest.raises(ConflictError, match="production of churn is contested") as caught:
            move()
        assert "registry resolve churn@production --keep" in caught.value.fix


def test_a_version_that_one_branch_promoted_and_another_archived_can_be_archived() -> None:
    ours = one_in("staging")
    theirs = ours.fork()
    version = ours.state.versions[0].id
    ours.promote(version, "production")
    theirs.promote(version, "archived")
    state = ours.merge(theirs).state
    assert archiving(state, STAGES, state.versions[0]).to_stage == "archived"
    with pytest.raises(UsageError, match="say the stage"):
        demotion(state, STAGES, state.versions[0])


def test_what_one_branch_did_may_be_done_again_to_settle_it_whatever_moves_say() -> None:
    ours = one_in("staging")
    theirs = ours.fork()
    version = ours.state.versions[0].id
    ours.promote(version, "production")
    theirs.promote(version, "archived")
    state = ours.merge(theirs).state
    strict = replace(STAGES, moves={"archived": ()})
    assert promotion(state, strict, state.versions[0], "production").to_stage == "production"


def test_the_replaced_go_where_config_yaml_says_and_push_each_other_away() -> None:
    ours = Clone()
    for stage in ("shadow", "staging", "production", "production"):
        ours.move(ours.register(), stage, CHAIN)
    state = ours.state_with(CHAIN)
    assert [version.stage for version in state.versions] == [
        "archived",
        "shadow",
        "staging",
        "production",
    ]
    assert state.history[-1].words == "v3 to staging, v2 to shadow, v1 to archived"


def test_a_promotion_tells_whom_it_pushes_away_and_where() -> None:
    ours = Clone()
    for stage in ("staging", "production"):
        ours.move(ours.register(), stage, CHAIN)
    version = ours.register()
    state = ours.state_with(CHAIN)
    move = promotion(state, CHAIN, state.version(version), "production")
    assert move.words == ("churn v3: dev -> production (in place of v2, now staging; v1 to shadow)")


def test_who_is_promoted_out_of_the_stage_of_the_replaced_pushes_nobody_away() -> None:
    ours = Clone()
    for stage in ("staging", "production"):
        ours.move(ours.register(), stage, CHAIN)
    state = ours.state_with(CHAIN)
    move = promotion(state, CHAIN, state.versions[0], "production")
    assert ([v.label for v in move.replaces], move.displaced) == (["v2"], ())


def test_a_demotion_is_told_by_its_event(project: Project) -> None:
    project.register()
    project.promote("churn/1", "production")
    move = mltrack.demote_model("churn@production", reason="too slow")
    event = read_file(project.store.layout.model_events("churn") / f"{move.event}.yaml")
    assert (event["kind"], event["from"], event["stage"]) == ("demoted", "production", "staging")
    assert event["reason"] == "too slow"


def test_a_version_whose_files_are_gone_can_be_taken_out_and_archived(project: Project) -> None:
    version = project.register()
    project.promote("churn/1", "production")
    shutil.rmtree(project.store.layout.run_folder(str(version.source.run)))
    assert mltrack.demote_model("churn/1", to="dev", reason="lost").to_stage == "dev"
    assert mltrack.archive_model("churn/1", reason="lost").kind == "archived"
    assert mltrack.get_model("churn").versions[0].stage == "archived"


def test_a_move_needs_a_version_and_a_reason(project: Project) -> None:
    project.register()
    with pytest.raises(UsageError, match="no version of it"):
        mltrack.archive_model("churn", reason="old")
    with pytest.raises(UsageError, match="a demotion needs a reason"):
        mltrack.demote_model("churn/1", reason="")
