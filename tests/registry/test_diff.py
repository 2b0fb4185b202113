"""In what the registry differs between two commits."""

import pytest

import mltrack
from mltrack.errors import NotFoundError
from mltrack.registry.facts import Aliased, Deleted, Described, Fact, Tagged
from mltrack.registry.reader import stages_of
from mltrack.registry.writing import append, changing
from tests.registry.project import Project
from tests.support.cli import Cli


def say(project: Project, fact: Fact) -> None:
    with changing(project.store, "churn", stages_of(project.store)) as state:
        append(project.store, state, fact, name="churn", reason="because")


def changes(before: str, after: str | None = None) -> list[tuple[object, ...]]:
    return [tuple(change) for change in mltrack.registry_diff(before, after)]


def test_a_model_and_its_versions_come_and_go(project: Project) -> None:
    before = project.repo.git("rev-parse", "HEAD")
    project.register()
    after = project.repo.commit("Register")
    assert changes(before, after) == [
        ("churn", "model", "", None, 1),
        ("churn", "version", "v1", None, "dev"),
    ]
    assert changes(after, before) == [
        ("churn", "model", "", 1, None),
        ("churn", "version", "v1", "dev", None),
    ]


def test_without_a_second_commit_what_is_here_counts_committed_or_not(project: Project) -> None:
    project.register()
    project.register()
    project.repo.commit("Register")
    project.promote("churn/1", "production")
    assert changes("HEAD") == [("churn", "stage", "v1", "dev", "production")]


def test_aliases_fields_tags_and_descriptions_are_told(project: Project) -> None:
    version = project.register()
    project.register()
    project.repo.commit("Register")
    say(project, Aliased(alias="best", version=version.id))
    say(project, Described(version=None, fields={"owner": "Ada"}))
    say(project, Described(version=version.id, fields={"description": "small"}))
    say(project, Tagged(version=version.id, tags={"tier": 1}))
    say(project, Tagged(version=None, tags={"team": "risk"}))
    assert changes("HEAD") == [
        ("churn", "description", "v1", "", "small"),
        ("churn", "tag", "v1 tier", None, 1),
        ("churn", "alias", "best", None, "v1"),
        ("churn", "field", "owner", None, "Ada"),
        ("churn", "tag", "team", None, "risk"),
    ]


def test_a_deleted_version_is_gone(project: Project) -> None:
    version = project.register()
    project.register()
    project.repo.commit("Register")
    say(project, Deleted(version=version.id))
    assert changes("HEAD") == [("churn", "version", "v1", "dev", None)]


def test_a_stage_on_which_branches_disagree_is_told_as_contested(project: Project) -> None:
    project.contest()
    told = [change for change in changes("ours", "main") if change[1] == "stage"]
    assert ("churn", "stage", "v1", "production", "production (contested)") in told


def test_a_commit_that_is_not_there_is_named(project: Project) -> None:
    with pytest.raises(NotFoundError, match="'nowhere' names no commit"):
        mltrack.registry_diff("nowhere")


def test_the_command_says_where_nothing_differs(project: Project, cli: Cli) -> None:
    project.register()
    project.repo.commit("Register")
    same = cli("registry", "diff", "HEAD", cwd=project.repo.path)
    assert (same.code, same.out) == (0, "")
    assert "the same" in same.err
    done = cli("registry", "diff", "HEAD~1", "HEAD", "--output", "json", cwd=project.repo.path)
    assert [change["kind"] for change in done.json()["changes"]] == ["model", "version"]
