"""Say something of a model, and take it out of the listings."""

from collections.abc import Callable
from typing import Any

import pytest

import mltrack
from mltrack.api.registry.models import list_models
from mltrack.errors import BadValueError, ConflictError, NotFoundError, UsageError
from mltrack.registry.entities import Version
from tests.registry.project import Project


def version(number: int) -> Version:
    return mltrack.get_model("churn").versions[number - 1]


def test_an_alias_names_one_version_and_moves_to_another(two: Project) -> None:
    assert mltrack.alias_model("churn/1", "champion").name == "churn/1"
    mltrack.alias_model("churn/2", "champion", reason="better")
    state = mltrack.get_model("churn")
    assert state.aliases == {"champion": version(2).id}
    assert (state.history[-1].kind, state.history[-1].reason) == ("aliased", "better")
    assert mltrack.unalias_model("churn", "champion").state.aliases == {}
    assert len(two.events) == 5


def test_an_alias_that_is_there_already_is_not_written_again(two: Project) -> None:
    mltrack.alias_model("churn/1", "champion")
    assert not mltrack.alias_model("churn@champion", "champion").is_new
    assert len(two.events) == 3


@pytest.mark.parametrize("alias", ["production", "Prod", "latest", "3", "v3", "a b", "Champion"])
def test_what_means_something_else_is_no_alias(two: Project, alias: str) -> None:
    with pytest.raises(UsageError, match="cannot be an alias"):
        mltrack.alias_model("churn/1", alias)
    assert len(two.events) == 2


def test_tags_are_set_and_removed_of_a_model_or_a_version(two: Project) -> None:
    mltrack.tag_model("churn", {"team": "red", "old": "yes"})
    mltrack.tag_model("churn/1", {"validated": True})
    mltrack.tag_model("churn", {"team": "blue"}, remove=["old"])
    assert mltrack.get_model("churn").tags == {"team": "blue"}
    assert version(1).tags == {"validated": True}
    assert version(2).tags == {}
    assert len(two.events) == 5


def test_a_model_is_described_field_by_field_and_an_empty_text_takes_back(two: Project) -> None:
    mltrack.describe_model("churn", "who leaves", owner="team-risk", risk_tier="high")
    mltrack.describe_model("churn", owner="", next_review="2026-08-01")
    assert mltrack.get_model("churn").fields == {
        "description": "who leaves",
        "owner": "",
        "risk_tier": "high",
        "next_review": "2026-08-01",
    }
    assert len(two.events) == 4


def test_a_version_is_described(two: Project) -> None:
    assert mltrack.describe_model("churn/2", "the second").name == "churn/2"
    assert [v.description for v in mltrack.get_model("churn").versions] == ["", "the second"]
    assert len(two.events) == 3


def test_secrets_are_masked_in_what_is_said(two: Project) -> None:
    token = "ghp_" + "a1B2" * 9
    mltrack.describe_model("churn", f"use {token}", contact=token)
    mltrack.tag_model("churn", {"token": token})
    mltrack.alias_model("churn/1", "champion", reason=f"as {token} says")
    with pytest.raises(UsageError, match="looks like a secret"):
        mltrack.alias_model("churn/1", token)
    assert not any(token in event.read_text(encoding="utf-8") for event in two.events)


CHANGES: list[tuple[Callable[[], Any], type[Exception], str]] = [
    (lambda: mltrack.alias_model("churn", "champion"), UsageError, "no version of it"),
    (lambda: mltrack.alias_model("chrun/1", "champion"), NotFoundError, "did you mean churn"),
    (lambda: mltrack.alias_model("churn/9", "champion"), NotFoundError, "no version 9"),
    (lambda: mltrack.unalias_model("churn", "champoin"), NotFoundError, "did you mean champion"),
    (lambda: mltrack.unalias_model("churn/1", "champion"), UsageError, "names a version"),
    (lambda: mltrack.tag_model("churn"), UsageError, "no tag is named"),
    (lambda: mltrack.tag_model("churn", remove=["taem"]), NotFoundError, "did you mean team"),
    (lambda: mltrack.tag_model("churn", {"a": 1}, remove=["a"]), UsageError, "set and removed"),
    (lambda: mltrack.describe_model("churn"), UsageError, "nothing is said"),
    (lambda: mltrack.describe_model("churn/1", owner="x"), UsageError, "owner is said of a model"),
    (lambda: mltrack.describe_model("churn", next_review="soon"), BadValueError, "is a date"),
    (lambda: mltrack.describe_model("churn", next_review="2026-02-30"), BadValueError, "a date"),
    (lambda: mltrack.remove_model("churn/1", reason=""), UsageError, "needs a reason"),
    (lambda: mltrack.remove_model("churn/9", reason="x"), NotFoundError, "no version 9"),
    (lambda: mltrack.restore_model("churn/1"), NotFoundError, "churn/1 was not removed"),
    (lambda: mltrack.restore_model("churn"), NotFoundError, "churn was not removed"),
    (lambda: mltrack.restore_model("fraud"), NotFoundError, "no model 'fraud'"),
]


@pytest.mark.parametrize("number", range(len(CHANGES)))
def test_bad_input_gets_one_clear_error_and_changes_nothing(two: Project, number: int) -> None:
    change, kind, words = CHANGES[number]
    mltrack.alias_model("churn/1", "champion")
    mltrack.tag_model("churn", {"team": "red"})
    before = two.events
    with pytest.raises(kind, match=words):
        change()
    assert two.events == before


def test_a_removed_version_is_gone_keeps_its_number_and_comes_back(two: Project) -> None:
    mltrack.remove_model("churn/2", reason="trained on the test set")
    assert [v.number for v in mltrack.get_model("churn").versions] == [1]
    with pytest.raises(NotFoundError, match="churn/2 was deleted") as caught:
        mltrack.promote_model("churn/2", to="staging", reason="good")
    assert caught.value.fix == "mltrack model restore churn/2"
    assert two.register().number == 3
    assert mltrack.restore_model("churn/2").name == "churn/2"
    assert [v.number for v in mltrack.get_model("churn").versions] == [1, 2, 3]


def test_a_removed_version_is_found_by_its_id_too(two: Project) -> None:
    gone = version(1)
    mltrack.remove_model(f"churn/{gone.id}", reason="bad")
    with pytest.raises(NotFoundError, match="churn/1 was deleted"):
        mltrack.promote_model(f"churn/{gone.handle}", reason="good")
    assert mltrack.restore_model(f"churn/{gone.handle}").name == "churn/1"
    assert len(two.events) == 4


def test_a_removed_model_is_gone_and_comes_back_with_its_history(two: Project) -> None:
    mltrack.remove_model("churn", reason="the product is gone")
    assert list_models().models == ()
    with pytest.raises(NotFoundError, match="the model churn was deleted") as caught:
        mltrack.get_model("churn")
    assert caught.value.fix == "mltrack model restore churn"
    mltrack.restore_model("churn", reason="it is back")
    assert [v.number for v in mltrack.get_model("churn").versions] == [1, 2]
    assert [e.kind for e in mltrack.registry_history("churn")][2:] == ["deleted", "restored"]
    assert len(two.events) == 4


@pytest.mark.parametrize("name", ["churn", "churn/1", "churn@staging"])
def test_what_is_in_a_stage_that_holds_one_version_is_not_removed(two: Project, name: str) -> None:
    two.promote("churn/1", "staging")
    with pytest.raises(ConflictError, match="churn/1 is in staging") as caught:
        mltrack.remove_model(name, reason="bad")
    assert "mltrack registry archive churn/1" in caught.value.fix
    mltrack.remove_model("churn/2", reason="bad")


def test_a_candidate_for_a_contested_stage_is_not_removed(project: Project) -> None:
    project.contest()
    with pytest.raises(ConflictError, match="churn/1 is in production"):
        mltrack.remove_model("churn/1", reason="bad")


def test_a_rollback_to_a_removed_version_is_refused(two: Project) -> None:
    two.promote("churn/1", "production")
    two.promote("churn/2", "production")
    mltrack.remove_model("churn/1", reason="bad")
    with pytest.raises(mltrack.MltrackError, match="v1, which held production") as e:
        mltrack.rollback_model("churn", reason="worse")
    assert "was deleted" in e.value.message
    assert e.value.fix == "mltrack model restore churn/1"


@pytest.mark.parametrize("name", ["Churn", "CHURN"])
def test_a_name_that_differs_by_case_alone_offers_the_other(two: Project, name: str) -> None:
    with pytest.raises(NotFoundError, match="did you mean churn"):
        mltrack.get_model(name)
    with pytest.raises(ConflictError, match="there is a model churn already"):
        two.register(name)
    assert len(two.events) == 2


def test_two_that_differ_by_case_may_come_from_two_branches(project: Project) -> None:
    for branch, name in (("ours", "churn"), ("theirs", "Churn")):
        project.on_branch(branch)
        project.register(name)
        project.repo.commit("Register")
    project.repo.merge("ours")
    assert [model.name for model in list_models().models] == ["Churn", "churn"]
    assert project.register("Churn").uri == "Churn/2"
