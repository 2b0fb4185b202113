"""Whose an event is: what signed commits and code hosts say of it; keys by OpenSSH."""

from pathlib import Path

import pytest

import mltrack
from mltrack.api.registry.attesting import levels_of
from mltrack.api.registry.reviewing import Attestation
from mltrack.api.store import init_store
from mltrack.errors import NotFoundError, UsageError
from tests.registry.project import Project
from tests.support.cli import Cli
from tests.support.repository import Repository
from tests.support.signing import Keys, commit_signed

ADA = "ada@example.org"
ON_GITHUB = Attestation("github", "bob", "https://github.com/example/churn/pull/7")


@pytest.fixture
def project(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Project:
    repo = Repository.create(tmp_path / "project")
    monkeypatch.chdir(repo.path)
    init_store()
    repo.commit("Make the store")
    return Project(repo, tmp_path)


@pytest.fixture
def keys(tmp_path: Path) -> Keys:
    return Keys(tmp_path / "keys")


def levels(keys: Keys) -> list[str]:
    """Return how sure it is who wrote each event of the model, oldest first."""
    entries = mltrack.registry_history("churn")
    found = levels_of(entries, keys.signers)
    return [str(found[entry.event]) for entry in entries]


def test_an_event_is_signed_by_the_commit_that_added_it(project: Project, keys: Keys) -> None:
    ada, stranger = keys.add(ADA), keys.make("stranger")
    project.register()
    commit_signed(project.repo, ada)
    project.promote("churn/1", "staging")
    project.repo.commit("Not signed")
    project.promote("churn/1", "production")
    commit_signed(project.repo, stranger)
    project.promote("churn/1", "dev")
    assert levels(keys) == ["signed", "claimed", "claimed", "claimed"]


def test_somebody_elses_signature_makes_nobody_sure(project: Project, keys: Keys) -> None:
    keys.add(ADA)
    project.register()
    commit_signed(project.repo, keys.add("bob@example.org"))
    assert levels(keys) == ["claimed"]


def test_the_address_counts_in_any_case(
    project: Project, keys: Keys, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("MLTRACK_USER", "Ada <Ada@Example.org>")
    project.register()
    commit_signed(project.repo, keys.add(ADA))
    assert levels(keys) == ["signed"]


def test_a_hashed_identity_can_be_signed_too(project: Project, keys: Keys) -> None:
    project.repo.write(".mltrack/config.yaml", "format: 1\nidentity: {user: hash}\n")
    project.register()
    commit_signed(project.repo, keys.add(ADA))
    assert levels(keys) == ["signed"]


def test_a_merge_keeps_signatures_and_a_squash_loses_them(project: Project, keys: Keys) -> None:
    ada = keys.add(ADA)
    project.on_branch("ours")
    project.register()
    commit_signed(project.repo, ada)
    project.repo.checkout("main")
    project.repo.write("other", "so that it is no fast-forward")
    project.repo.commit("Go on")
    project.repo.merge("ours")
    assert levels(keys) == ["signed"]
    project.repo.git("reset", "--quiet", "--hard", "HEAD~1")
    project.repo.git("merge", "--quiet", "--squash", "ours")
    project.repo.commit("Squash it")
    assert levels(keys) == ["claimed"]


def test_an_event_that_two_commits_added_has_the_better_of_their_signatures(
    project: Project, keys: Keys
) -> None:
    ada = keys.add(ADA)
    project.on_branch("ours")
    project.register()
    commit_signed(project.repo, ada)
    project.on_branch("theirs")
    project.repo.git("cherry-pick", "--no-gpg-sign", "ours")
    project.repo.git("commit", "--quiet", "--amend", "--no-edit", "--no-gpg-sign", "--reset-author")
    assert levels(keys) == ["claimed"]
    project.repo.git("merge", "--quiet", "--no-edit", "ours")
    assert levels(keys) == ["signed"]


def test_an_event_that_a_merge_itself_added_is_signed_by_that(project: Project, keys: Keys) -> None:
    ada = keys.add(ADA)
    project.repo.branch("side")
    project.repo.write("side", "x")
    project.repo.commit("Aside")
    project.repo.checkout("main")
    project.repo.git("merge", "--quiet", "--no-commit", "--no-ff", "side")
    project.register()
    commit_signed(project.repo, ada)
    assert levels(keys) == ["signed"]


def test_a_copy_of_an_event_elsewhere_signs_nothing(project: Project, keys: Keys) -> None:
    ada = keys.add(ADA)
    project.register()
    project.repo.commit("Not signed")
    project.repo.write(f"notes/{project.events[0].name}", project.events[0].read_text("utf-8"))
    commit_signed(project.repo, ada)
    assert levels(keys) == ["claimed"]


def test_an_approval_on_the_host_counts_with_the_key_that_the_list_gives_to_the_host(
    project: Project, keys: Keys, monkeypatch: pytest.MonkeyPatch
) -> None:
    ada, job = keys.add(ADA), keys.add("github")
    monkeypatch.setenv("GITHUB_ACTOR", "actions-bot")
    monkeypatch.setenv("MLTRACK_USER", f"Ada <{ADA}>")
    for stage in ("staging", "production"):
        if stage == "staging":
            project.register()
        mltrack.propose_model("churn/1", to=stage, reason="good")
        commit_signed(project.repo, ada)
        mltrack.approve_request("churn", to=stage, attestation=ON_GITHUB)
        commit_signed(project.repo, job if stage == "staging" else ada)
    assert levels(keys) == ["signed", "signed", "host-attested", "signed", "claimed"]


def test_without_a_list_what_an_event_says_of_a_host_is_all_there_is(
    project: Project, monkeypatch: pytest.MonkeyPatch
) -> None:
    project.register()
    mltrack.propose_model("churn/1", to="staging", reason="good")
    monkeypatch.setenv("GITHUB_ACTOR", "actions-bot")
    mltrack.approve_request("churn", attestation=ON_GITHUB)
    found = levels_of(mltrack.registry_history("churn"), None)
    assert [str(level) for level in found.values()] == ["claimed", "claimed", "host-attested"]


def test_no_program_that_the_repository_sets_is_run(
    project: Project, keys: Keys, tmp_path: Path
) -> None:
    trap, canary = tmp_path / "trap", tmp_path / "canary"
    trap.write_text(f"#!/bin/sh\ntouch {canary}\nexit 0\n", encoding="ascii")
    trap.chmod(0o755)
    project.register()
    commit_signed(project.repo, keys.add(ADA))
    for key in ("gpg.program", "gpg.ssh.program", "gpg.openpgp.program", "core.pager"):
        project.repo.git("config", key, str(trap))
    project.repo.git("config", "log.showSignature", "true")
    project.repo.git("config", "log.showRoot", "false")
    assert levels(keys) == ["signed"]
    assert not canary.exists()


def test_the_history_has_a_column_for_it(project: Project, keys: Keys, cli: Cli) -> None:
    project.register()
    commit_signed(project.repo, keys.add(ADA))
    asked = ("registry", "history", "--signers", str(keys.signers))
    shown = cli(*asked, cwd=project.repo.path).out.splitlines()
    assert "actor" in shown[0].split()
    assert "signed" in shown[1].split()
    row = cli(*asked, "--output", "json", cwd=project.repo.path).json()["history"][0]
    assert row["level"] == "signed"


def test_a_list_of_signers_that_is_not_there_or_empty_is_an_error(
    project: Project, keys: Keys, tmp_path: Path
) -> None:
    project.register()
    with pytest.raises(UsageError, match="names no signer"):
        levels(keys)
    with pytest.raises(NotFoundError, match="cannot be read"):
        levels_of([], tmp_path / "nowhere")
