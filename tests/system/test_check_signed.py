"""`registry check` where the base demands signatures; keys by OpenSSH."""

from functools import partial
from pathlib import Path

import pytest

import mltrack
from mltrack.api.store import init_store
from mltrack.errors import MltrackError
from mltrack.registry.reader import load_model
from tests.registry.checked import begin, forge, told
from tests.registry.gates.stores import guard
from tests.registry.project import NAME, Project
from tests.support.repository import Repository
from tests.support.signing import Keys, commit_signed
from tests.system.test_signers import ADA, ON_GITHUB

BOB = "bob@example.org"
COUNTING = [
    ("signed", BOB, True),
    ("signed", "github", False),
    ("attested", BOB, True),
    ("attested", "github", True),
    ("attested", "", False),
]
"""How an approval must be known, with whose key it is committed, and whether it counts."""


@pytest.fixture
def project(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Project:
    repo = Repository.create(tmp_path / "project")
    monkeypatch.chdir(repo.path)
    init_store()
    return Project(repo, tmp_path)


@pytest.fixture
def keys(tmp_path: Path) -> Keys:
    return Keys(tmp_path / "keys")


def test_a_signed_promotion_passes_and_another_does_not(project: Project, keys: Keys) -> None:
    ada = keys.add(ADA)
    guard(project, {"signed": True})
    begin(project)
    project.promote("churn/1", "production")
    commit_signed(project.repo, ada)
    assert told(project, signers=keys.signers) == ""
    project.promote("churn/2", "production")
    assert "in a signed commit: claimed" in told(project, signers=keys.signers)


@pytest.mark.parametrize(("by", "key", "counts"), COUNTING)
def test_an_approval_counts_when_it_is_as_sure_as_the_stage_demands(
    project: Project,
    keys: Keys,
    monkeypatch: pytest.MonkeyPatch,
    by: str,
    key: str,
    counts: bool,
) -> None:
    signs = {name: keys.add(name) for name in (BOB, "github")} | {"": keys.make("stranger")}
    guard(project, {"approvals": 1, "by": by})
    begin(project)
    mltrack.propose_model("churn/1", to="production", reason="good")
    commit_signed(project.repo, keys.add(ADA))
    monkeypatch.setenv("GITHUB_ACTOR", "actions-bot")
    monkeypatch.setenv("MLTRACK_USER", f"Bob <{BOB}>")
    mltrack.approve_request("churn/1", attestation=None if key == BOB else ON_GITHUB)
    commit_signed(project.repo, signs[key])
    forge(project, "promoted", stage="production")
    assert (told(project, signers=keys.signers) == "") is counts


def test_a_branch_cannot_vouch_for_itself(project: Project, keys: Keys) -> None:
    keys.add(ADA)
    eve = keys.make("eve")
    guard(project, {"signed": True})
    signers = project.repo.path / ".signers"
    signers.write_text(keys.signers.read_text("utf-8"), "utf-8")
    begin(project)
    project.promote("churn/1", "production")
    signers.write_text(f"{ADA} {eve.with_name('eve.pub').read_text('utf-8')}", "utf-8")
    commit_signed(project.repo, eve)
    assert "in a signed commit: claimed" in told(project, signers=".signers")
    report = mltrack.check_registry("main", signers=".signers")
    assert ".signers is changed on this branch" in report.notes[0]


def test_a_list_that_the_branch_brings_along_vouches_for_nobody_yet(
    project: Project, keys: Keys
) -> None:
    ada = keys.add(ADA)
    guard(project, {"signed": True})
    begin(project)
    project.promote("churn/1", "production")
    (project.repo.path / ".signers").write_text(keys.signers.read_text("utf-8"), "utf-8")
    commit_signed(project.repo, ada)
    report = mltrack.check_registry("main", signers=".signers")
    assert "in a signed commit: claimed" in report.findings[0].what
    assert ".signers is new on this branch" in report.notes[0]


def test_promote_counts_signed_approvals_by_the_same_list(
    project: Project, keys: Keys, monkeypatch: pytest.MonkeyPatch
) -> None:
    bob = keys.add(BOB)
    guard(project, {"approvals": 1, "by": "signed"})
    begin(project)
    mltrack.propose_model("churn/1", to="production", reason="good")
    commit_signed(project.repo, keys.add(ADA))
    monkeypatch.setenv("MLTRACK_USER", f"Bob <{BOB}>")
    mltrack.approve_request("churn/1")
    monkeypatch.delenv("MLTRACK_USER")
    moving = partial(mltrack.promote_model, "churn/1", to="production", reason="good")
    with pytest.raises(MltrackError, match="does not meet 1 of 1 gates"):
        moving(signers=keys.signers)
    commit_signed(project.repo, bob)
    with pytest.raises(MltrackError, match="does not meet 1 of 1 gates"):
        moving()
    assert moving(signers=keys.signers).is_met
    assert told(project, signers=keys.signers) == ""


def test_a_person_is_no_code_host_that_could_vouch_for_others(project: Project, keys: Keys) -> None:
    eve = keys.add("eve@example.org")
    guard(project, {"approvals": 1, "by": "attested"})
    begin(project)
    mltrack.propose_model("churn/1", to="production", reason="good")
    request = load_model(project.store, NAME).requests[0].event
    attested = {"host": "eve@example.org", "reviewer": "Ada"}
    forge(project, "approved", request=request, stage="production", attested=attested)
    commit_signed(project.repo, eve)
    forge(project, "promoted", stage="production")
    assert "0 of 1: nobody yet" in told(project, signers=keys.signers)


@pytest.mark.parametrize("by", ["signed", "attested"])
def test_nobody_approves_what_they_asked_for_under_another_name(
    project: Project, keys: Keys, monkeypatch: pytest.MonkeyPatch, by: str
) -> None:
    bob = keys.add(BOB)
    guard(project, {"approvals": 1, "by": by})
    begin(project)
    monkeypatch.setenv("MLTRACK_USER", "Mallory <mallory@example.org>")
    mltrack.propose_model("churn/1", to="production", reason="good")
    monkeypatch.setenv("MLTRACK_USER", f"Bob <{BOB}>")
    mltrack.approve_request("churn/1")
    commit_signed(project.repo, bob)
    forge(project, "promoted", stage="production")
    assert "0 of 1: nobody yet" in told(project, signers=keys.signers)


def test_resolve_counts_signed_approvals_as_promote_does(
    project: Project, keys: Keys, monkeypatch: pytest.MonkeyPatch
) -> None:
    project.contest()
    guard(project, {"approvals": 1, "by": "signed"})
    mltrack.propose_model("churn/1", to="production", reason="the simple one")
    commit_signed(project.repo, keys.add(ADA))
    monkeypatch.setenv("MLTRACK_USER", f"Bob <{BOB}>")
    mltrack.approve_request("churn/1")
    monkeypatch.delenv("MLTRACK_USER")
    commit_signed(project.repo, keys.add(BOB))
    settle = partial(mltrack.resolve_contested, "churn@production", keep="churn/1", reason="good")
    with pytest.raises(MltrackError, match="does not meet 1 of 1 gates"):
        settle()
    settle(signers=keys.signers)
    state = load_model(project.store, NAME)
    assert state.version(state.holders["production"]).uri == "churn/1"
