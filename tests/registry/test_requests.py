"""Propose a promotion, and answer what others propose."""

import pytest

import mltrack
from mltrack.api.registry.models import get_model
from mltrack.api.registry.proposing import Proposal
from mltrack.api.registry.reviewing import Attestation
from mltrack.errors import MltrackError, NotFoundError, UsageError
from mltrack.store.yaml_reader import read_file
from tests.registry.project import Project
from tests.support.cli import Cli

ON_GITHUB = Attestation("github", "bob", "https://github.com/example/churn/pull/7")


@pytest.fixture
def bob(monkeypatch: pytest.MonkeyPatch) -> "Person":
    return Person(monkeypatch, "Bob <bob@example.org>")


class Person:
    """Somebody who is at work from now on."""

    def __init__(self, patch: pytest.MonkeyPatch, name: str) -> None:
        self._patch = patch
        self._name = name

    def takes_over(self) -> None:
        self._patch.setenv("MLTRACK_USER", self._name)

    def leaves(self) -> None:
        self._patch.delenv("MLTRACK_USER")


def propose(version: str = "churn/1", to: str = "production") -> Proposal:
    return mltrack.propose_model(version, to=to, reason="two quiet weeks")


def test_a_proposal_is_one_file_with_who_what_why_and_the_evidence(project: Project) -> None:
    version = project.register()
    proposal = propose()
    assert [proposal.file] == project.events[1:]
    event = read_file(proposal.file)
    assert (event["kind"], event["version"]) == ("requested", version.id)
    assert (event["from"], event["stage"]) == ("dev", "production")
    assert event["reason"] == "two quiet weeks"
    assert event["evidence"]["metrics"] == {"accuracy": 0.9}
    assert get_model("churn").versions[0].stage == "dev"


def test_what_is_proposed_already_is_told_and_not_written_again(project: Project) -> None:
    project.register()
    first = propose()
    again = propose()
    assert (again.event, again.file) == (first.event, first.file)
    assert again.earlier is not None
    assert len(project.events) == 2


def test_it_can_be_proposed_anew_after_it_was_rejected(project: Project) -> None:
    project.register()
    first = propose()
    mltrack.reject_request("churn/1", reason="no card")
    assert mltrack.list_requests() == []
    assert propose().event != first.event


def test_a_proposal_and_a_rejection_need_a_reason(project: Project) -> None:
    project.register()
    propose()
    with pytest.raises(UsageError, match="needs a reason"):
        mltrack.propose_model("churn/1", to="staging", reason=" ")
    with pytest.raises(UsageError, match="needs a reason"):
        mltrack.reject_request("churn/1", reason="")
    assert len(project.events) == 2


def test_somebody_else_approves_and_nothing_moves(project: Project, bob: Person) -> None:
    project.register()
    request = propose().event
    bob.takes_over()
    answer = mltrack.approve_request("churn/1", reason="the card says all")
    event = read_file(project.repo.path / answer.file)
    assert (event["kind"], event["request"]) == ("approved", request)
    assert (event["reason"], event["actor"]["email"]) == ("the card says all", "bob@example.org")
    assert "attested" not in event
    ((found, version),) = mltrack.list_requests("churn")
    assert [review.approves for review in found.reviews] == [True]
    assert version.stage == "dev"


@pytest.mark.parametrize(
    "name", ["Ada Lovelace <Ada@Example.org>", "ada@example.org <ADA@example.org>"]
)
def test_nobody_approves_what_they_asked_for_under_another_spelling_either(
    project: Project, monkeypatch: pytest.MonkeyPatch, name: str
) -> None:
    project.register()
    propose()
    Person(monkeypatch, name).takes_over()
    with pytest.raises(MltrackError, match="asked for it and cannot approve it too"):
        mltrack.approve_request("churn/1")
    assert len(project.events) == 2


def test_a_second_approval_by_the_same_person_is_refused(project: Project, bob: Person) -> None:
    project.register()
    propose()
    bob.takes_over()
    mltrack.approve_request("churn/1")
    with pytest.raises(MltrackError, match="approved it already"):
        mltrack.approve_request("churn/1")
    assert len(project.events) == 3


def test_the_author_takes_a_request_back_by_rejecting_it(project: Project) -> None:
    project.register()
    propose()
    assert not mltrack.reject_request("churn/1", reason="too early").approves
    assert mltrack.list_requests() == []


def test_the_model_alone_means_its_only_request(project: Project, bob: Person) -> None:
    project.register()
    project.register()
    propose("churn/1")
    bob.takes_over()
    assert mltrack.approve_request("churn").version.number == 1


def test_of_several_requests_the_one_that_is_meant_must_be_named(
    project: Project, bob: Person
) -> None:
    project.register()
    project.register()
    propose("churn/1", "staging")
    propose("churn/2", "staging")
    propose("churn/2", "production")
    bob.takes_over()
    with pytest.raises(UsageError, match="3 requests of churn are open"):
        mltrack.approve_request("churn")
    with pytest.raises(UsageError, match=r"v2 -> staging, v2 -> production"):
        mltrack.approve_request("churn/2")
    assert mltrack.approve_request("churn/2", to="prod").request.stage == "production"


@pytest.mark.parametrize(
    ("name", "to", "words"),
    [
        ("churn/1", None, "nobody proposes churn v1"),
        ("churn", None, "nobody proposes churn"),
        ("churn/2", "staging", "nobody proposes churn v2 to go to staging"),
        ("chrun/1", None, "did you mean churn"),
        ("churn/3", None, "no version 3"),
        ("churn/2", "prodution", "did you mean production"),
    ],
)
def test_who_approves_what_nobody_proposes_is_told(
    project: Project, name: str, to: str | None, words: str
) -> None:
    project.register()
    project.register()
    if name == "churn/2":
        propose("churn/2")
    with pytest.raises(NotFoundError, match=words):
        mltrack.approve_request(name, to=to)


def test_a_request_that_was_done_meanwhile_is_open_no_more(project: Project, bob: Person) -> None:
    project.register()
    propose()
    project.promote("churn/1", "production")
    bob.takes_over()
    with pytest.raises(NotFoundError, match="or it was done or rejected since") as caught:
        mltrack.approve_request("churn/1")
    assert "it is in production" in caught.value.why


def test_requests_of_two_branches_for_the_same_are_each_approved_by_the_other(
    project: Project, bob: Person
) -> None:
    project.register()
    project.repo.commit("Register")
    project.on_branch("ours")
    propose()
    project.repo.commit("Propose")
    project.on_branch("theirs")
    bob.takes_over()
    propose()
    project.repo.commit("Propose too")
    project.repo.merge("ours")
    assert mltrack.approve_request("churn").request.actor["email"] == "ada@example.org"
    bob.leaves()
    assert mltrack.approve_request("churn").request.actor["email"] == "bob@example.org"


def test_a_ci_job_writes_down_who_approved_it_on_the_host(
    project: Project, monkeypatch: pytest.MonkeyPatch
) -> None:
    project.register()
    propose()
    monkeypatch.setenv("GITHUB_ACTOR", "actions-bot")
    answer = mltrack.approve_request("churn/1", attestation=ON_GITHUB)
    event = read_file(project.repo.path / answer.file)
    assert event["actor"] == {"name": "bob", "source": "github"}
    assert event["attested"] == {
        "host": "github",
        "reviewer": "bob",
        "url": "https://github.com/example/churn/pull/7",
        "by": "actions-bot",
    }


def test_a_reviewer_on_the_host_is_the_author_where_the_email_is_told(
    project: Project, monkeypatch: pytest.MonkeyPatch
) -> None:
    project.register()
    propose()
    monkeypatch.setenv("GITLAB_USER_LOGIN", "ci")
    with pytest.raises(MltrackError, match="cannot approve it too"):
        mltrack.approve_request(
            "churn/1", attestation=ON_GITHUB._replace(reviewer="ada <ada@example.org>")
        )


def test_an_attestation_outside_of_ci_is_refused(project: Project) -> None:
    project.register()
    propose()
    with pytest.raises(UsageError, match="only a CI job"):
        mltrack.approve_request("churn/1", attestation=ON_GITHUB)
    assert len(project.events) == 2


@pytest.mark.parametrize(
    "wrong",
    [
        {"host": "Git Hub"},
        {"host": ""},
        {"reviewer": " "},
        {"url": "javascript:alert(1)"},
        {"url": "https://bob:secret@github.com/pull/7"},
        {"url": ""},
    ],
)
def test_an_attestation_that_cannot_be_meant_is_refused(
    project: Project, monkeypatch: pytest.MonkeyPatch, wrong: dict[str, str]
) -> None:
    project.register()
    propose()
    monkeypatch.setenv("GITHUB_ACTOR", "actions-bot")
    with pytest.raises(UsageError):
        mltrack.approve_request("churn/1", attestation=ON_GITHUB._replace(**wrong))


def test_a_hashed_identity_hides_the_reviewer_too(
    project: Project, monkeypatch: pytest.MonkeyPatch
) -> None:
    project.register()
    project.repo.write(".mltrack/config.yaml", "format: 1\nidentity: {user: hash}\n")
    propose()
    monkeypatch.setenv("GITHUB_ACTOR", "actions-bot")
    text = (
        project.repo.path / mltrack.approve_request("churn", attestation=ON_GITHUB).file
    ).read_text()
    assert "bob" not in text
    assert "actions-bot" not in text


def test_the_history_tells_of_requests_and_answers(project: Project, bob: Person) -> None:
    project.register()
    propose()
    bob.takes_over()
    mltrack.approve_request("churn/1")
    told = [(entry.kind, entry.to_stage) for entry in mltrack.registry_history("churn")]
    assert told == [("registered", "dev"), ("requested", "production"), ("approved", "production")]


def test_the_commands_say_what_was_asked_and_what_comes_next(project: Project, cli: Cli) -> None:
    project.register()
    where = project.repo.path
    done = cli("promote", "churn/1", "--to", "staging", "-m", "good", "--propose", cwd=where)
    assert (done.code, done.out) == (0, "churn v1: dev -> staging\n")
    assert "mltrack registry approve churn/1 --to staging" in done.err
    again = cli("promote", "churn/1", "--to", "staging", "-m", "good", "--propose", cwd=where)
    assert "proposed already, by ada@example.org" in again.err
    listed = cli("registry", "requests", "--output", "json", cwd=where).json()
    (row,) = listed["requests"]
    assert (row["label"], row["from"], row["to"], row["by"]) == (
        "v1",
        "dev",
        "staging",
        "ada@example.org",
    )
    assert "dev -> staging" in cli("registry", "requests", cwd=where).out
    own = cli("registry", "approve", "churn", cwd=where)
    assert own.code == 1
    assert "let somebody else run this" in own.err
    rejected = cli("registry", "reject", "churn", "-m", "too early", cwd=where)
    assert rejected.out == "churn v1: dev -> staging rejected by ada@example.org\n"
    assert cli("registry", "reject", "churn", cwd=where).code == 2
    assert "nothing is proposed" in cli("registry", "requests", cwd=where).err


def test_half_an_attestation_is_refused(project: Project, cli: Cli) -> None:
    project.register()
    propose()
    done = cli("registry", "approve", "churn", "--reviewer", "bob", cwd=project.repo.path)
    assert done.code == 2
    assert "--attested-by, --reviewer and --url together" in done.err


def test_who_approves_is_told_that_the_version_moved_meanwhile(
    project: Project, bob: Person, cli: Cli
) -> None:
    project.register()
    propose()
    project.promote("churn/1", "staging")
    bob.takes_over()
    done = cli("registry", "approve", "churn", cwd=project.repo.path)
    assert done.out == "churn v1: dev -> production approved by bob@example.org (1 approval)\n"
    assert "it was in dev when it was proposed; it is in staging now" in done.err


def test_a_ci_job_approves_whatever_the_branch_proposes_and_nothing_else(
    project: Project, monkeypatch: pytest.MonkeyPatch
) -> None:
    project.register()
    propose("churn/1", "staging")
    project.repo.commit("Propose on main")
    project.repo.branch("change")
    propose("churn/1", "production")
    project.register("fraud")
    propose("fraud/1", "staging")
    monkeypatch.setenv("GITHUB_ACTOR", "actions-bot")
    answers = mltrack.approve_new_requests("main", attestation=ON_GITHUB)
    assert [(a.version.uri, a.request.stage) for a in answers] == [
        ("churn/1", "production"),
        ("fraud/1", "staging"),
    ]
    assert mltrack.approve_new_requests("main", attestation=ON_GITHUB) == []


def test_a_branch_that_proposes_nothing_is_no_error_for_a_ci_job(
    project: Project, cli: Cli
) -> None:
    project.register()
    project.repo.commit("Register")
    done = cli("registry", "approve", "--base", "main", cwd=project.repo.path)
    assert done.code == 0
    assert "proposes nothing" in done.err
    assert cli("registry", "approve", cwd=project.repo.path).code == 2
    assert cli("registry", "approve", "--base", "nowhere", cwd=project.repo.path).code == 3


def test_a_request_of_a_version_that_was_deleted_meanwhile_is_open_no_more(
    project: Project, bob: Person
) -> None:
    project.register()
    project.register()
    propose("churn/1", "staging")
    mltrack.remove_model("churn/1", reason="a mistake")
    assert mltrack.list_requests() == []
    bob.takes_over()
    with pytest.raises(NotFoundError, match="nobody proposes churn"):
        mltrack.approve_request("churn")
    with pytest.raises(MltrackError, match="deleted"):
        mltrack.approve_request("churn/1")


def test_the_status_of_a_store_tells_what_is_proposed(project: Project, bob: Person) -> None:
    project.register()
    propose()
    bob.takes_over()
    mltrack.approve_request("churn/1", reason="the card says all")
    bob.leaves()
    asked = "churn v1 -> production, asked for by ada@example.org"
    assert mltrack.store_status().requests == (f"{asked}, approved by bob@example.org",)
    mltrack.reject_request("churn/1", reason="not now")
    assert mltrack.store_status().requests == ()
