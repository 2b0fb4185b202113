"""A promotion that needs the approval of others, from the proposal to the event."""

import pytest

import mltrack
from mltrack.api.registry.models import get_model
from mltrack.registry.gates.refusal import GateError
from tests.registry.gates.stores import guard
from tests.registry.project import Project

ADA, BOB, CLEO = (f"{name} <{name}@example.org>" for name in ("Ada", "Bob", "Cleo"))


@pytest.fixture
def asked(project: Project, monkeypatch: pytest.MonkeyPatch) -> str:
    """Have Ada propose churn/1 where two must approve, and return the name of the request."""
    monkeypatch.setenv("MLTRACK_USER", ADA)
    project.register()
    guard(project, {"approvals": 2})
    return mltrack.propose_model("churn/1", to="production", reason="good").event


def test_two_others_open_the_gate_and_the_author_may_walk_through(
    asked: str, project: Project, monkeypatch: pytest.MonkeyPatch
) -> None:
    for who in (BOB, CLEO):
        with pytest.raises(GateError, match="1 of 1 gates"):
            project.promote("churn/1", "production")
        monkeypatch.setenv("MLTRACK_USER", who)
        mltrack.approve_request("churn/1", reason="yes")
        monkeypatch.setenv("MLTRACK_USER", ADA)
    move = project.promote("churn/1", "production")
    assert (move.request, move.forced) == (asked, False)
    assert move.gates[0].found == "Bob@example.org, Cleo@example.org"
    assert get_model("churn").requests == ()


def test_a_rejection_shuts_the_gate_for_good(
    asked: str, project: Project, monkeypatch: pytest.MonkeyPatch
) -> None:
    for who, answer in ((BOB, mltrack.approve_request), (CLEO, mltrack.reject_request)):
        monkeypatch.setenv("MLTRACK_USER", who)
        answer("churn/1", reason="because")
    move = mltrack.promote_model("churn/1", to="production", reason="good", dry_run=True)
    assert (move.is_met, move.request) == (False, "")
    assert move.gates[0].found.startswith("nobody proposed it")


def test_a_promotion_answers_its_request_without_any_gates(project: Project) -> None:
    project.register()
    asked = mltrack.propose_model("churn/1", to="staging", reason="good").event
    assert project.promote("churn/1", "staging").request == asked


def test_a_request_for_another_stage_or_version_is_not_answered(
    asked: str, project: Project
) -> None:
    project.register()
    assert project.promote("churn/1", "staging").request == ""
    guard(project, {"intact": True})
    assert project.promote("churn/2", "production").request == ""


def test_an_answer_that_comes_in_between_counts(
    asked: str, project: Project, monkeypatch: pytest.MonkeyPatch
) -> None:
    guard(project, {"approvals": 1})
    monkeypatch.setenv("MLTRACK_USER", BOB)
    mltrack.approve_request("churn/1", reason="yes")

    def reject(_: str) -> None:
        mltrack.reject_request("churn/1", reason="I saw the report")

    with pytest.raises(GateError, match="1 of 1 gates"):
        mltrack.promote_model("churn", to="production", reason="good", progress=reject)
    assert get_model("churn").versions[0].stage == "dev"
