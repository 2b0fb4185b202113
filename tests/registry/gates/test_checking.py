"""A branch is held against the gates of the branch that it goes to."""

import pytest

import mltrack
from tests.registry.checked import begin, check, forge, told
from tests.registry.gates.stores import evaluate, guard
from tests.registry.project import Project

BOB = "Bob <bob@example.org>"
ACCURATE = {"metric": "accuracy", "min": 0.8}


def guarded(project: Project, *rules: dict[str, object]) -> None:
    """Register a version on main, guard its production, and stand on a branch."""
    guard(project, *rules)
    begin(project, versions=1)


def test_a_promotion_that_meets_the_gates_is_clean(project: Project) -> None:
    guarded(project, ACCURATE)
    evaluate(mltrack.get_model("churn").versions[0], accuracy=0.9)
    project.promote("churn/1", "production")
    assert told(project) == ""


def test_a_promotion_without_the_gates_is_found(project: Project) -> None:
    guarded(project, ACCURATE)
    forge(project, "promoted", stage="production")
    assert "does not meet a gate of production: accuracy at least 0.8" in told(project)


def test_gates_that_an_event_only_claims_to_have_met_are_not_believed(project: Project) -> None:
    guarded(project, ACCURATE)
    gates = [{"gate": "accuracy at least 0.8", "passed": True, "found": "0.9"}]
    forge(project, "promoted", stage="production", evidence={"gates": gates})
    assert "does not meet a gate of production" in told(project)


def test_a_gate_that_the_same_branch_lowers_is_told_and_counts_as_it_was(
    project: Project,
) -> None:
    guarded(project, ACCURATE)
    evaluate(mltrack.get_model("churn").versions[0], accuracy=0.7)
    guard(project, {"metric": "accuracy", "min": 0.1})
    project.promote("churn/1", "production")
    report = check(project)
    assert "accuracy at least 0.8: 0.7" in report.findings[0].what
    assert "take its commit out of the branch" in report.findings[0].fix
    assert "says other gates than" in report.notes[0]
    assert "(production)" in report.notes[0]


def test_a_gate_that_a_stage_left_out_on_the_branch_still_guards_it(project: Project) -> None:
    guarded(project, {"days_in": {"staging": 2}})
    project.repo.write(".mltrack/config.yaml", "format: 1\nstages: {dev: {}, production: {}}\n")
    forge(project, "promoted", stage="production")
    assert "does not meet a gate of production" in told(project)


def test_time_is_counted_until_the_event_and_not_until_the_check(project: Project) -> None:
    guard(project, {"days_in": {"staging": 1}})
    begin(project, versions=1)
    forge(project, "promoted", stage="staging", time="2026-01-31T12:00:00.000Z")
    forge(project, "promoted", stage="production", time="2026-01-31T18:00:00.000Z")
    assert "0.25 days, since 2026-01-31" in told(project)


def test_an_event_that_bears_a_time_to_come_has_not_waited_for_it(project: Project) -> None:
    guarded(project, {"days_in": {"dev": 1}})
    forge(project, "promoted", stage="production", time="2226-01-31T12:00:00.000Z")
    assert "does not meet a gate of production: 1 day in dev" in told(project)


def test_an_approval_by_somebody_else_on_the_same_branch_counts(
    project: Project, monkeypatch: pytest.MonkeyPatch
) -> None:
    guarded(project, {"approvals": 1})
    mltrack.propose_model("churn/1", to="production", reason="good")
    monkeypatch.setenv("MLTRACK_USER", BOB)
    mltrack.approve_request("churn/1")
    project.promote("churn/1", "production")
    assert told(project) == ""


def test_an_approval_that_came_after_the_promotion_does_not_count(
    project: Project, monkeypatch: pytest.MonkeyPatch
) -> None:
    guarded(project, {"approvals": 1})
    request = mltrack.propose_model("churn/1", to="production", reason="good").event
    forge(project, "promoted", stage="production")
    forge(project, "approved", stage="production", request=request)
    found = told(project)
    assert "1 approval by others: 0 of 1" in found
    assert "which is no open request" in found


@pytest.mark.parametrize("by", ["attested", "signed"])
def test_without_a_list_of_signers_no_approval_is_more_than_claimed(
    project: Project, monkeypatch: pytest.MonkeyPatch, by: str
) -> None:
    guarded(project, {"approvals": 1, "by": by})
    request = mltrack.propose_model("churn/1", to="production", reason="good").event
    attested = {"host": "github", "reviewer": "bob", "url": "https://example.org", "by": "ci"}
    forge(project, "approved", stage="production", request=request, attested=attested)
    forge(project, "promoted", stage="production")
    assert "does not meet a gate of production: 1 approval by others" in told(project)


def test_a_stage_that_demands_a_signature_is_closed_without_one_even_by_force(
    project: Project,
) -> None:
    guarded(project, {"signed": True})
    forge(project, "promoted", stage="production", forced=True)
    (finding,) = check(project, allow_forced=True).findings
    assert "in a signed commit: claimed" in finding.what
    assert "--signers" in finding.fix


def test_a_proposal_shows_the_gates_and_is_made_though_they_are_not_met(project: Project) -> None:
    guarded(project, ACCURATE)
    proposal = mltrack.propose_model("churn/1", to="production", reason="soon")
    assert [gate.passed for gate in proposal.move.gates] == [False]
    ((request, _),) = mltrack.list_requests()
    assert request.evidence.gates == proposal.move.gates
    assert told(project) == ""
