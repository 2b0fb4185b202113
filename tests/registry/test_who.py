"""Who put a version where it is."""

import pytest

import mltrack
from mltrack.api.registry.who import Who
from mltrack.errors import NotFoundError
from mltrack.registry.entities import Source
from mltrack.registry.facts import Deleted, Registered
from mltrack.registry.reader import stages_of
from mltrack.registry.writing import append, changing
from tests.registry.project import Project
from tests.support.cli import Cli


def told(who: Who) -> list[tuple[str, str, str]]:
    rows = who.to_json()["steps"]
    return [(row["kind"], row["by"], row["reason"]) for row in rows]


def be(person: str, patch: pytest.MonkeyPatch) -> None:
    patch.setenv("MLTRACK_USER", person)


def test_everybody_who_had_a_part_is_told_with_when_and_why(
    project: Project, monkeypatch: pytest.MonkeyPatch
) -> None:
    project.register()
    be("bob@example.org", monkeypatch)
    mltrack.propose_model("churn/1", to="production", reason="let us")
    be("eve@example.org", monkeypatch)
    mltrack.approve_request("churn/1", reason="looks right")
    be("zoe@example.org", monkeypatch)
    project.promote("churn/1", "production")
    who = mltrack.registry_who("churn@production")
    assert told(who) == [
        ("registered", "ada@example.org", ""),
        ("requested", "bob@example.org", "let us"),
        ("approved", "eve@example.org", "looks right"),
        ("promoted", "zoe@example.org", "good enough"),
    ]


def test_an_earlier_move_and_its_request_have_no_part_in_it(project: Project) -> None:
    project.register()
    mltrack.propose_model("churn/1", to="staging", reason="first")
    project.promote("churn/1", "staging")
    project.promote("churn/1", "production")
    assert [kind for kind, _, _ in told(mltrack.registry_who("churn/1"))] == [
        "registered",
        "promoted",
    ]


def test_of_a_version_that_was_replaced_the_move_that_replaced_it_is_told(
    project: Project,
) -> None:
    project.register()
    project.register()
    project.promote("churn/1", "production")
    project.promote("churn/2", "production")
    moved = mltrack.registry_who("churn/1").parts.moved
    assert moved is not None
    assert (moved.label, moved.replaces) == ("v2", ("v1",))


def test_a_version_that_nobody_moved_names_who_registered_it(project: Project) -> None:
    project.register()
    who = mltrack.registry_who("churn")
    assert (len(who.parts.steps), who.parts.moved) == (1, None)


def test_the_run_and_its_code_are_told(project: Project) -> None:
    version = project.register()
    row = mltrack.registry_who("churn/1").to_json()
    assert row["ran"]["id"] == version.source.run
    assert row["ran"]["user"] == "ada@example.org"
    assert row["code"]["commit"] == project.repo.git("rev-parse", "HEAD")


def test_a_run_that_is_not_here_is_no_error(project: Project) -> None:
    fact = Registered(
        version="20260131-120000-abcdefgh",
        proposed=1,
        stage="dev",
        digest="0" * 64,
        flavor="sklearn",
        source=Source(run="20260131-120000-abcdefgh", path="model"),
    )
    with changing(project.store, "churn", stages_of(project.store)) as state:
        append(project.store, state, fact, name="churn", reason="")
    assert mltrack.registry_who("churn/1").run is None


def test_an_empty_stage_is_not_found(project: Project) -> None:
    project.register()
    with pytest.raises(NotFoundError, match="no version in production"):
        mltrack.registry_who("churn@production")


def test_a_deleted_version_is_told_by_its_number_and_by_nothing_else(project: Project) -> None:
    version = project.register()
    project.register()
    with changing(project.store, "churn", stages_of(project.store)) as state:
        append(project.store, state, Deleted(version=version.id), name="churn", reason="")
    for name in ("churn/1", f"churn/{version.id}"):
        who = mltrack.registry_who(name)
        assert (who.parts.version.id, who.deleted) == (version.id, True)
    assert mltrack.registry_who("churn").parts.version.number == 2
    assert "| deleted | yes |" in mltrack.model_card("churn/1")
    with pytest.raises(NotFoundError, match="no version 9"):
        mltrack.registry_who("churn/9")


def test_the_command_gives_a_page_and_json(project: Project, cli: Cli) -> None:
    project.register()
    project.promote("churn/1", "production")
    page = cli("registry", "who", "churn@production", cwd=project.repo.path).out
    for word in ("churn v1 in production", "promoted to production", "good enough", "train"):
        assert word in page
    document = cli("registry", "who", "churn/1", "--output", "json", cwd=project.repo.path).json()
    assert [step["kind"] for step in document["who"]["steps"]] == ["registered", "promoted"]
