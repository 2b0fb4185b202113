"""The commands that move versions and settle what branches disagree on."""

import pytest

from tests.registry.project import Project
from tests.support.cli import Cli


@pytest.fixture
def here(project: Project, cli: Cli) -> Cli:
    """Return the command, started in a project in which two versions were in production."""
    for number in (1, 2):
        project.register()
        project.promote(f"churn/{number}", "production")
    return Cli(project.repo.path)


def test_rollback_prints_the_move_and_the_next_step(here: Cli) -> None:
    done = here("rollback", "churn", "-m", "recall fell")
    told = "churn v1: archived -> production (in place of v2, now archived)\n"
    assert (done.code, done.out) == (0, told)
    assert "next: mltrack registry history churn" in done.err


def test_demote_and_archive_print_the_move(here: Cli) -> None:
    assert here("registry", "demote", "churn/2", "-m", "slow").out == (
        "churn v2: production -> staging\n"
    )
    assert here("registry", "archive", "churn@staging", "-m", "slow").out == (
        "churn v2: staging -> archived\n"
    )


@pytest.mark.parametrize(
    ("arguments", "code", "words"),
    [
        (["rollback", "churn@staging", "-m", "x"], 1, "no version of churn is in staging"),
        (["rollback", "churn@stagin", "-m", "x"], 3, "did you mean staging"),
        (["rollback", "chrun", "-m", "x"], 3, "did you mean churn"),
        (["rollback", "churn/1", "-m", "x"], 2, "names a version"),
        (["rollback", "churn"], 2, "--reason"),
        (["registry", "demote", "churn", "-m", "x"], 2, "no version of it"),
        (["registry", "demote", "churn/1", "-m", "x"], 1, "is archived"),
        (["registry", "demote", "churn/2", "--to", "stagin", "-m", "x"], 3, "did you mean stag"),
        (["registry", "archive", "churn/1", "-m", "x"], 1, "is already in archived"),
        (["registry", "archive", "churn/9", "-m", "x"], 3, "no version 9"),
        (["registry", "resolve", "fraud"], 3, "no model 'fraud'"),
        (["registry", "resolve", "churn/2", "--keep", "2"], 2, "neither a stage nor an alias"),
        (["registry", "resolve", "churn@production", "--keep", "1"], 3, "is not contested"),
    ],
)
def test_bad_input_gets_one_clear_error_and_changes_nothing(
    here: Cli, project: Project, arguments: list[str], code: int, words: str
) -> None:
    before = project.events
    done = here(*arguments)
    assert (done.code, done.out) == (code, "")
    assert words in done.err
    assert project.events == before


def test_resolve_says_when_there_is_nothing_to_settle(here: Cli) -> None:
    done = here("registry", "resolve", "churn")
    assert (done.code, done.out) == (0, "")
    assert "nothing to settle" in done.err


def test_status_and_fsck_name_the_command_that_settles_a_stage(project: Project) -> None:
    project.contest()
    here = Cli(project.repo.path)
    command = "mltrack registry resolve churn@production --keep"
    assert f"{command} churn/2 -m WHY" in here("status").out
    assert f"{command} VERSION -m WHY" in here("fsck").out
    assert here("registry", "resolve", "churn@production").code == 4
    done = here("registry", "resolve", "churn@production", "--keep", "churn/1", "-m", "we talked")
    assert done.out.startswith("churn v1: stays in production (in place of v2, now archived)")
    assert "production of churn" not in here("status").err


def test_resolve_tells_which_version_has_which_number(project: Project) -> None:
    for branch in ("ours", "theirs"):
        project.on_branch(branch)
        project.register()
        project.repo.commit("Register a version")
    project.repo.merge("ours")
    here = Cli(project.repo.path)
    assert "mltrack registry resolve churn" in here("status").out
    done = here("registry", "resolve", "churn")
    assert done.out.startswith("churn/2 is ")
    assert "; churn/1 is " in done.out
    assert "gave 1 version another number" in done.err
    assert here("model", "show", "churn/2").code == 0
