"""The commands of the registry."""

import json
import subprocess
import sys

import pytest

from tests.registry.project import Project
from tests.support.cli import Cli, Result


@pytest.fixture
def run(project: Project, cli: Cli) -> "Run":
    """Return the command, started in the project."""
    return Run(project, cli)


class Run:
    def __init__(self, project: Project, cli: Cli) -> None:
        self.project = project
        self._cli = cli

    def __call__(self, *arguments: str) -> Result:
        return self._cli(*arguments, cwd=self.project.repo.path)


def test_register_prints_the_version_what_it_found_and_the_next_step(run: Run) -> None:
    run_id = run.project.run()
    done = run("register", "@latest", "churn", "-m", "first")
    assert (done.code, done.out) == (0, "churn/1\n")
    assert f"found model of run {run_id[16:]} (train)" in done.err
    assert "next: mltrack promote churn/1 -m WHY" in done.err


def test_register_again_says_that_nothing_was_registered(run: Run) -> None:
    run.project.run()
    run("register", "@latest", "churn")
    done = run("register", "@latest", "churn")
    assert (done.code, done.out) == (0, "churn/1\n")
    assert "nothing was registered" in done.err


def test_a_number_is_registered_only_when_it_is_meant(run: Run) -> None:
    run_id = run.project.run()
    refused = run("register", "1", "churn")
    assert (refused.code, run.project.events) == (2, [])
    assert run_id[16:] in refused.err
    assert run("register", "1", "churn", "--yes").out == "churn/1\n"


@pytest.mark.parametrize("source", ["1", "runs:/1", "runs:/1/model"])
def test_a_number_is_asked_for_wherever_it_stands(run: Run, source: str) -> None:
    run.project.run()
    assert (run("register", source, "churn").code, run.project.events) == (2, [])
    assert run("register", source, "churn", "--yes").out == "churn/1\n"


def test_promote_prints_the_move_and_the_next_step(run: Run) -> None:
    run.project.register()
    done = run("promote", "churn", "-m", "good enough")
    assert (done.code, done.out) == (0, "churn v1: dev -> staging\n")
    assert "v1 is the latest version of churn" in done.err
    assert "next: mltrack registry history churn" in done.err


def test_a_dry_run_writes_nothing_and_says_so(run: Run) -> None:
    run.project.register()
    done = run("promote", "churn/1", "--to", "production", "-m", "good", "--dry-run")
    assert (done.code, done.out) == (0, "churn v1: dev -> production\n")
    assert "nothing was written" in done.err
    assert len(run.project.events) == 1


def test_model_ls_has_a_row_a_version_and_json_a_stable_form(run: Run) -> None:
    version = run.project.register()
    assert run("model", "ls").out.splitlines()[1].split()[:3] == ["churn", "v1", "dev"]
    listed = run("model", "ls", "--output", "json").json()
    shown = listed["models"][0]["versions"][0]
    assert (listed["format"], listed["models"][0]["name"]) == (1, "churn")
    assert shown == {
        "number": 1,
        "id": version.id,
        "run": version.source.run,
        "stage": "dev",
        "aliases": [],
        "digest": version.digest,
        "registered": shown["registered"],
        "registered_by": "ada@example.org",
    }
    assert shown["registered"].endswith("Z")


def test_model_ls_gives_the_inventory_as_csv(run: Run) -> None:
    run.project.register()
    header, row = run("model", "ls", "--output", "csv").out.splitlines()
    assert header.startswith("name,number,id,run,stage,aliases,digest,registered,registered_by,")
    assert row.startswith("churn,1,")


def test_model_show_tells_a_model_and_a_version(run: Run) -> None:
    version = run.project.register()
    assert run("model", "show", "churn").out.startswith("churn\n")
    page = run("model", "show", "churn/1").out
    assert page.startswith("churn v1\n")
    assert version.digest in page
    document = run("model", "show", "churn@dev", "--output", "json").json()
    assert document["version"]["metrics"] == {"accuracy": 0.9}


def test_history_tells_who_when_what_from_where_and_why(run: Run) -> None:
    run.project.register()
    run.project.promote("churn/1", "staging")
    line = run("registry", "history", "churn").out.splitlines()[-1]
    for word in ("ada@example.org", "v1", "dev -> staging", "good enough"):
        assert word in line
    rows = run("registry", "history", "--output", "json").json()["history"]
    assert [(row["kind"], row["from"], row["to"]) for row in rows] == [
        ("registered", None, "dev"),
        ("promoted", "dev", "staging"),
    ]


def test_registry_index_writes_the_index_on_any_branch(run: Run) -> None:
    run.project.register()
    run.project.repo.branch("feature")
    run.project.store.layout.registry_index.unlink()
    assert run("registry", "index").code == 0
    assert run.project.store.layout.registry_index.is_file()


def test_an_empty_registry_says_how_to_begin(run: Run) -> None:
    done = run("model", "ls")
    assert (done.code, done.out) == (0, "")
    assert "mltrack register" in done.err
    assert run("model", "ls", "--output", "json").json() == {"format": 1, "models": []}


@pytest.mark.parametrize(
    ("arguments", "code", "words"),
    [
        (["promote", "churn/1", "--to", "staging"], 2, "--reason"),
        (["promote", "churn/1", "--to", "stagin", "-m", "x"], 3, "did you mean staging"),
        (["promote", "churn/9", "--to", "staging", "-m", "x"], 3, "no version 9"),
        (["promote", "chrun", "-m", "x"], 3, "did you mean churn"),
        (["promote", "churn/1", "--to", "dev", "-m", "x"], 1, "already in dev"),
        (["promote", "a/b/c", "-m", "x"], 2, "names no model"),
        (["register", "@latest", "a/b"], 2, "cannot name a model"),
        (["register", "@latest", ".."], 2, "cannot name a model"),
        (["register", "@latest", "a\x1b[2Jb"], 2, "cannot name a model"),
        (["register", "@latest", "a\nb"], 2, "cannot name a model"),
        (["register", "99", "churn"], 3, "no run 99"),
        (["register", "./nothing", "churn"], 3, "holds no model"),
        (["model", "show", "fraud"], 3, "no model 'fraud'"),
        (["registry", "history", "fraud"], 3, "no model 'fraud'"),
    ],
)
def test_bad_input_gets_one_clear_error_and_changes_nothing(
    run: Run, arguments: list[str], code: int, words: str
) -> None:
    run.project.register()
    before = run.project.events
    done = run(*arguments)
    assert done.code == code
    assert words in done.err
    assert "\x1b" not in done.err
    assert run.project.events == before


def test_a_contested_stage_is_a_warning_in_listings_and_exit_code_4_where_it_is_needed(
    run: Run,
) -> None:
    run.project.contest()
    listed = run("model", "ls", "--output", "json")
    assert [v["stage"] for v in json.loads(listed.out)["models"][0]["versions"]] == [None, None]
    assert "warning: production of churn is contested" in listed.err
    assert "production (contested)" in run("model", "ls").out
    assert run("model", "show", "churn").err == listed.err
    assert run("model", "show", "churn@production").code == 4


def test_processes_that_register_at_once_get_numbers_of_their_own(run: Run) -> None:
    runs = [run.project.run() for _ in range(4)]
    started = [
        subprocess.Popen(
            [sys.executable, "-m", "mltrack", "register", one, "churn"],
            cwd=run.project.repo.path,
            stdout=subprocess.PIPE,
            text=True,
        )
        for one in runs
    ]
    printed = sorted(process.communicate()[0].strip() for process in started)
    assert printed == ["churn/1", "churn/2", "churn/3", "churn/4"]
