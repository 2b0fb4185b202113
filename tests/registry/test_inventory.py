"""The inventory, and the commands by which it is filled."""

import csv
import io

import pytest

import mltrack
from mltrack.registry.fields import is_overdue
from tests.registry.project import Project
from tests.support.cli import Cli


@pytest.fixture
def here(project: Project) -> Cli:
    """Return the command, started in a project with churn/1, churn/2 and fraud/1."""
    for name in ("churn", "churn", "fraud"):
        project.register(name)
    return Cli(project.repo.path)


def rows(here: Cli, *options: str) -> list[dict[str, str]]:
    done = here("model", "ls", "--output", "csv", *options)
    assert done.code == 0
    return list(csv.DictReader(io.StringIO(done.out)))


def test_the_inventory_has_a_row_a_version_with_all_that_is_said_of_it(
    here: Cli, project: Project
) -> None:
    project.promote("churn/2", "production")
    said = ["--owner", "team-risk", "--contact", "risk@example.org", "--purpose", "who leaves"]
    more = ["--limits", "adults", "--risk-tier", "high", "--next-review", "2020-01-31"]
    assert here("model", "describe", "churn", "leavers", *said, *more).code == 0
    here("model", "describe", "churn/2", "all features")
    here("model", "tag", "churn/2", "validated=yes")
    here("model", "alias", "churn/2", "champion")
    first, second, third = rows(here)
    assert (first["name"], first["number"], first["stage"]) == ("churn", "1", "dev")
    assert (third["name"], third["owner"], third["overdue"]) == ("fraud", "", "false")
    wanted = {
        "stage": "production",
        "aliases": '["champion"]',
        "registered_by": "ada@example.org",
        "forced": "false",
        "unpushed": "false",
        "deleted": "false",
        "description": "all features",
        "tags": '{"validated": "yes"}',
        "model_description": "leavers",
        "owner": "team-risk",
        "contact": "risk@example.org",
        "purpose": "who leaves",
        "limits": "adults",
        "risk_tier": "high",
        "next_review": "2020-01-31",
        "overdue": "true",
    }
    assert {key: second[key] for key in wanted} == wanted
    version = mltrack.get_model("churn").versions[1]
    assert version.since is not None
    assert second["since"].startswith(f"{version.since:%Y-%m-%dT%H:%M}")


def test_an_overdue_review_is_told(here: Cli) -> None:
    here("model", "describe", "churn", "--next-review", "2020-01-31")
    here("model", "describe", "fraud", "--next-review", "9999-12-31")
    assert "warning: model churn: next review 2020-01-31, overdue" in here("model", "ls").err
    assert "model fraud" not in here("model", "ls").err
    page = here("model", "show", "churn").out
    assert "next_review  2020-01-31, overdue" in page


@pytest.mark.parametrize(
    ("said", "late"), [("2026-07-31", True), ("2026-08-01", False), ("?", False)]
)
def test_a_review_is_overdue_the_day_after(said: str, late: bool) -> None:
    import datetime

    assert is_overdue({"next_review": said}, datetime.date(2026, 8, 1)) is late


def test_the_listing_is_narrowed_by_stage_and_owner(here: Cli, project: Project) -> None:
    project.promote("churn/2", "production")
    here("model", "describe", "churn", "--owner", "Team-Risk")
    assert [(r["name"], r["number"]) for r in rows(here, "--stage", "prod")] == [("churn", "2")]
    assert [r["name"] for r in rows(here, "--owner", "team-risk")] == ["churn", "churn"]
    assert rows(here, "--owner", "team-risk", "--stage", "staging") == []
    listed = here("model", "ls", "--stage", "production", "--output", "json").json()["models"]
    assert [model["name"] for model in listed] == ["churn"]
    assert listed[0]["fields"] == {"owner": "Team-Risk"}
    assert [version["number"] for version in listed[0]["versions"]] == [2]
    assert here("model", "ls", "--owner", "team-rik").code == 3
    assert "did you mean staging" in here("model", "ls", "--stage", "stagin").err


def test_what_was_removed_is_listed_when_asked_for(here: Cli) -> None:
    assert here("model", "rm", "fraud", "-m", "over", "--yes").code == 0
    assert here("model", "rm", "churn/1", "-m", "bad", "--yes").code == 0
    assert [(r["name"], r["number"]) for r in rows(here)] == [("churn", "2")]
    assert [(r["name"], r["deleted"]) for r in rows(here, "--deleted")] == [
        ("churn", "true"),
        ("churn", "false"),
        ("fraud", "true"),
    ]
    assert "removed" in here("model", "ls", "--deleted").out
    models = here("model", "ls", "--deleted", "--output", "json").json()["models"]
    assert [len(model["deleted"]) for model in models] == [1, 1]
    restored = here("model", "restore", "fraud")
    assert (restored.code, restored.err) == (0, "restored fraud\n")


def test_a_removal_is_asked_for(here: Cli, project: Project) -> None:
    before = project.events
    done = here("model", "rm", "churn/1", "-m", "bad")
    assert (done.code, project.events) == (2, before)
    assert "--yes" in done.err
    assert "churn/1" in done.err
    assert here("model", "rm", "churn/1", "--yes").code == 2
    assert project.events == before


def test_the_commands_say_what_they_did_and_what_comes_next(here: Cli) -> None:
    assert here("model", "alias", "churn/2", "champion").err == "churn@champion is churn/2\n"
    assert here("model", "alias", "churn/2", "champion").err.endswith("churn/2 already\n")
    assert here("model", "alias", "churn", "champion", "--remove").code == 0
    assert here("model", "tag", "churn", "team=red").err == "tagged churn\n"
    assert here("model", "tag", "churn", "--remove", "team").err == "tagged churn\n"
    described = here("model", "describe", "churn", stdin="from a pipe\n")
    assert described.err == "described churn\nnext: mltrack model show churn\n"
    assert mltrack.get_model("churn").fields == {"description": "from a pipe"}
    assert (
        "to have it back: mltrack model restore churn/1"
        in here("model", "rm", "churn/1", "-m", "bad", "--yes").err
    )


@pytest.mark.parametrize(
    ("arguments", "code", "words"),
    [
        (["model", "alias", "churn/1", "production"], 2, "cannot be an alias"),
        (["model", "tag", "churn", "team"], 2, "NAME=VALUE"),
        (["model", "describe", "chrun"], 3, "did you mean churn"),
        (["model", "describe", "churn", "--next-review", "1.8.2026"], 2, "2026-08-01"),
        (["model", "rm", "Churn", "-m", "x", "--yes"], 3, "did you mean churn"),
        (["model", "restore", "churn/1"], 3, "was not removed"),
        (["model", "ls", "--from-data", "x.csv", "--owner", "me"], 2, "leave --stage, --owner"),
    ],
)
def test_bad_input_gets_one_clear_error(
    here: Cli, arguments: list[str], code: int, words: str
) -> None:
    done = here(*arguments)
    assert (done.code, done.out) == (code, "")
    assert words in done.err
