"""Settle what branches disagree on."""

import pytest

import mltrack
from mltrack.api.registry.models import list_models
from mltrack.errors import ConflictError, NotFoundError, UsageError
from mltrack.registry.facts import Aliased
from mltrack.registry.policy import MoveRefusedError
from mltrack.registry.writing import append
from mltrack.store.yaml_reader import read_file
from tests.registry.project import Project


@pytest.fixture
def doubled(project: Project) -> Project:
    """Return a project in which two branches each registered a first version and a second one."""
    for branch in ("ours", "theirs"):
        project.on_branch(branch)
        project.register()
        project.register()
        project.repo.commit("Register two versions")
    project.repo.merge("ours")
    return project


def test_the_first_by_logical_time_and_hash_keeps_the_number_and_others_get_free_ones(
    doubled: Project,
) -> None:
    before = mltrack.get_model("churn")
    firsts = [
        min(ids, key=lambda v: before.version(v).event) for ids in before.contested_numbers.values()
    ]
    done = mltrack.resolve_numbers("churn")
    assert [(one.before, one.number, one.kept_by) for one in done.numbers] == [
        (1, 3, firsts[0]),
        (2, 4, firsts[1]),
    ]
    after = mltrack.get_model("churn")
    assert {v.id: v.number for v in after.versions if v.id in firsts} == {
        firsts[0]: 1,
        firsts[1]: 2,
    }
    assert sorted(v.number or 0 for v in after.versions) == [1, 2, 3, 4]
    assert list_models().warnings == ()
    assert len(after.heads) == 1


def test_the_history_keeps_what_was_proposed(doubled: Project) -> None:
    done = mltrack.resolve_numbers("churn", reason="merged")
    told = mltrack.get_model("churn").history
    moved = done.numbers[0].version
    assert [entry.words for entry in told if entry.version == moved] == [
        "proposed as v1",
        "number 3",
    ]
    assert told[-1].reason == "merged"


def test_two_branches_that_settle_numbers_apart_agree(doubled: Project) -> None:
    doubled.repo.commit("Merge")
    numbers = []
    for branch in ("here", "there"):
        doubled.repo.checkout("theirs")
        doubled.repo.branch(branch)
        mltrack.resolve_numbers("churn")
        doubled.repo.commit("Settle")
        numbers.append({v.id: v.number for v in mltrack.get_model("churn").versions})
    doubled.repo.merge("here")
    assert numbers == [{v.id: v.number for v in mltrack.get_model("churn").versions}] * 2


def test_a_deleted_version_keeps_its_number_and_the_other_gets_a_new_one(doubled: Project) -> None:
    state = mltrack.get_model("churn")
    first = min(state.contested_numbers[1], key=lambda v: state.version(v).event)
    mltrack.remove_model(f"churn/{first}", reason="bad")
    done = mltrack.resolve_numbers("churn")
    assert done.state.version(first).number == 1
    assert sorted(v.number or 0 for v in done.state.versions) == [2, 3, 4]
    assert len(doubled.events) == 7


def test_where_no_number_is_double_nothing_is_written(project: Project) -> None:
    project.register()
    assert mltrack.resolve_numbers("churn").numbers == ()
    assert len(project.events) == 1


def test_a_stage_is_settled_by_a_promotion_whose_parents_are_both_heads(project: Project) -> None:
    project.contest()
    heads = mltrack.get_model("churn").heads
    done = mltrack.resolve_contested("churn@prod", keep="1", reason="we talked")
    assert done.move is not None
    event = read_file(project.store.layout.model_events("churn") / f"{done.move.event}.yaml")
    assert (event["kind"], event["parents"], event["reason"]) == (
        "promoted",
        sorted(heads),
        "we talked",
    )
    assert len(heads) == 2
    assert [v.stage for v in done.state.versions] == ["production", "archived"]


def test_what_is_kept_is_one_of_those_that_are_there(project: Project) -> None:
    project.contest()
    project.register()
    with pytest.raises(ConflictError, match="churn/3 is none of them: production of churn"):
        mltrack.resolve_contested("churn@production", keep="churn/3", reason="new")
    with pytest.raises(NotFoundError, match="no version 9"):
        mltrack.resolve_contested("churn@production", keep="9", reason="new")
    with pytest.raises(UsageError, match="no version of churn"):
        mltrack.resolve_contested("churn@production", keep="fraud/1", reason="new")
    with pytest.raises(ConflictError, match="churn/1 and churn/2"):
        mltrack.resolve_contested("churn@production", keep=None, reason="new")


def test_a_stage_is_settled_with_a_reason_only(project: Project) -> None:
    project.contest()
    with pytest.raises(UsageError, match="settling a stage needs a reason"):
        mltrack.resolve_contested("churn@production", keep="1")


def test_what_is_not_contested_is_not_settled(project: Project) -> None:
    project.register()
    project.register()
    project.promote("churn/1", "production")
    before = project.events
    assert mltrack.resolve_contested("churn@production", keep="1", reason="so").move is None
    with pytest.raises(NotFoundError, match="not contested: churn/1 is there"):
        mltrack.resolve_contested("churn@production", keep="2", reason="so")
    with pytest.raises(NotFoundError, match="not contested: no version is there"):
        mltrack.resolve_contested("churn@champion", keep="2", reason="so")
    assert project.events == before


def test_files_that_git_does_not_carry_hold_a_settlement_up_too(project: Project) -> None:
    text = "format: 1\nartifacts: {inline_file_bytes: 4}\nstages: {dev: {}, live: {}}\n"
    project.repo.write(".mltrack/config.yaml", text)
    project.register()
    project.register()
    project.repo.commit("Register")
    for number in (1, 2):
        project.on_branch(f"branch-{number}")
        project.promote(f"churn/{number}", "live")
        project.repo.commit("Promote")
    project.repo.merge("branch-1")
    stages = "stages: {dev: {}, live: {exclusive: true}}"
    project.repo.write(".mltrack/config.yaml", text.replace("stages: {dev: {}, live: {}}", stages))
    with pytest.raises(MoveRefusedError, match="git does not carry"):
        mltrack.resolve_contested("churn@live", keep="1", reason="so")
    done = mltrack.resolve_contested("churn@live", keep="1", reason="so", allow_unpushed=True)
    assert done.state.holders == {"live": done.state.versions[0].id}


def test_a_contested_alias_is_given_to_the_version_that_is_kept(project: Project) -> None:
    project.register()
    project.register()
    project.repo.commit("Register")
    for number in (1, 2):
        project.on_branch(f"branch-{number}")
        state = mltrack.get_model("churn")
        fact = Aliased(alias="champion", version=state.versions[number - 1].id)
        append(project.store, state, fact, name="churn", reason="")
        project.repo.commit("Give the alias")
    project.repo.merge("branch-1")
    with pytest.raises(ConflictError, match="the alias champion of churn") as caught:
        mltrack.resolve_contested("churn@champion", keep=None)
    assert caught.value.fix.startswith("mltrack registry resolve churn@champion --keep churn/")
    done = mltrack.resolve_contested("churn@champion", keep="churn/2")
    assert done.state.aliases == {"champion": done.state.versions[1].id}
