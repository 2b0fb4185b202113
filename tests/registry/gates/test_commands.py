"""Gates as the commands show them."""

import shutil
import subprocess
import sys

import pytest

from mltrack.api.registry.models import get_model
from tests.registry.gates.stores import evaluate, guard
from tests.registry.project import Project, package
from tests.support.cli import Cli

TO_PRODUCTION = ("promote", "churn/1", "--to", "production", "-m", "good")
_SCRIPT = """\
import mltrack
with mltrack.start_run() as run:
    run.log_metric("accuracy", 0.9)
    run.log_artifact("package", to="model")
"""


@pytest.fixture
def here(project: Project) -> Cli:
    """Return the command, started in a project that has churn/1."""
    project.register()
    return Cli(project.repo.path)


def test_a_dry_run_shows_each_gate_in_words_and_says_no_by_its_exit_code(
    here: Cli, project: Project
) -> None:
    guard(project, {"intact": True}, {"tags": ["validated"]})
    done = here(*TO_PRODUCTION, "--dry-run")
    assert done.code == 1
    assert done.out.splitlines() == [
        "churn v1: dev -> production",
        "gate                                   verdict  found",
        "its files are as they were registered  met      they are",
        "tag validated                          NOT MET  not there",
        "1 of 2 gates not met",
    ]
    assert done.err == "nothing was written: this was a dry run\n"
    assert len(project.events) == 1


def test_a_dry_run_that_meets_every_gate_says_yes(here: Cli, project: Project) -> None:
    guard(project, {"intact": True})
    done = here(*TO_PRODUCTION, "--dry-run")
    assert (done.code, done.out.splitlines()[-1]) == (0, "all gates are met")


def test_a_dry_run_has_a_form_for_programs(here: Cli, project: Project) -> None:
    guard(project, {"metric": "accuracy", "max": 0.9})
    done = here(*TO_PRODUCTION, "--dry-run", "--output", "json")
    told = done.json()["promotion"]
    assert (done.code, told["met"], told["event"], told["to"]) == (1, False, None, "production")
    assert told["gates"][0]["gate"] == "accuracy at most 0.9"
    assert told["gates"][0]["passed"] is False


def test_a_promotion_that_meets_no_gate_is_refused_with_exit_code_1(
    here: Cli, project: Project
) -> None:
    guard(project, {"tags": ["validated"]})
    done = here(*TO_PRODUCTION)
    assert (done.code, done.out, len(project.events)) == (1, "", 1)
    what, why, fix = done.err.splitlines()
    assert what == "error: churn v1 does not meet 1 of 1 gates of production"
    assert why == "  tag validated: not there"
    assert "mltrack promote churn/1 --to production -m WHY --dry-run; --force" in fix


def test_what_was_forced_is_shown_wherever_the_version_is(here: Cli, project: Project) -> None:
    guard(project, {"tags": ["validated"]})
    done = here(*TO_PRODUCTION, "--force")
    assert done.code == 0
    assert "1 gate not met: it is recorded as forced, for ever" in done.err
    assert "forced" in here("registry", "history", "churn").out
    assert "production (forced)" in here("model", "ls").out
    assert "production (forced)" in here("model", "show", "churn/1").out


def test_broken_gates_are_told_by_config_status_and_fsck(here: Cli, project: Project) -> None:
    guard(project, {"metrics": "accuracy"})
    told = "gates.production, rule 1: there is no rule 'metrics', did you mean metric?"
    for command in (("config", "ls"), ("status",)):
        done = here(*command)
        assert (done.code, told in done.err) == (0, True), command
    done = here("fsck")
    assert (done.code, told in done.out) == (1, True)
    assert here("model", "ls").code == 0
    assert here(*TO_PRODUCTION).code == 2


def test_stages_that_cannot_be_meant_are_told_by_fsck(here: Cli, project: Project) -> None:
    (project.store.root / "config.yaml").write_text("format: 1\nstages: {latest: {}}\n", "utf-8")
    done = here("fsck")
    assert (done.code, "'latest' cannot be a stage" in done.out) == (1, True)


def test_the_settings_say_which_stages_have_gates(here: Cli, project: Project) -> None:
    guard(project, {"intact": True}, {"fields": ["owner", "contact"]})
    line = next(line for line in here("config", "ls").out.splitlines() if line.startswith("gates"))
    assert "production: 2 rules" in line
    assert here("config", "ls", "--output", "json").json()["settings"][-1]["value"] == {
        "production": [{"intact": True}, {"fields": ["owner", "contact"]}]
    }


def test_a_run_that_was_verified_opens_the_gate(project: Project) -> None:
    cli, repo = Cli(project.repo.path), project.repo
    package(repo.path / "package")
    repo.write("train.py", _SCRIPT)
    repo.commit("Write a script")
    subprocess.run([sys.executable, "train.py"], cwd=repo.path, check=True)
    assert cli("register", "@latest", "churn").code == 0
    guard(project, {"verified": True}, {"clean_git": True})
    assert cli(*TO_PRODUCTION, "--dry-run").code == 1
    verified = cli("verify", "1", "--env", "local")
    assert verified.code == 0, verified.err
    done = cli(*TO_PRODUCTION, "--dry-run")
    assert done.code == 0, done.out
    assert "identical, by run" in done.out


def test_a_dry_run_needs_no_cache_in_the_store(here: Cli, project: Project) -> None:
    guard(project, {"metric": "accuracy", "min": 0.9})
    evaluate(get_model("churn").versions[0], accuracy=0.95)
    cache = project.store.root / "cache"
    shutil.rmtree(cache)
    cache.write_text("in the way", encoding="utf-8")
    assert here(*TO_PRODUCTION, "--dry-run").code == 0
    assert cache.read_text("utf-8") == "in the way"
