"""`mltrack verify`: identical, within tolerance or drifted, and why."""

import json
import os
from pathlib import Path
from typing import Any

import pytest

from tests.projects.conftest import Project
from tests.projects.reruns import record_of, shown
from tests.support.cli import Cli
from tests.support.repository import Repository

CODE = """\
import sys, time
import mltrack
text = open(sys.argv[2]).read()
for step in range(5):
    mltrack.log_metric("loss", len(text) * float(sys.argv[1]) / (step + 1), step=step)
mltrack.log_metric("fit_seconds", time.monotonic())
mltrack.log_metric("nan", float("nan"))
mltrack.log_text(text, "out.txt")
print("printed")
"""
TAIL = """\
params:
  lr: {type: float, default: 0.1}
  data: {type: path, default: data.csv}
"""
COMMAND = '[python, main.py, "{lr}", "{data}"]'


@pytest.fixture
def ran(project: Project, cli: Cli, repo: Repository) -> Path:
    """Return the folder of a project that has run once, its data in git."""
    folder = project(CODE, TAIL, COMMAND)
    repo.write("data.csv", "a,b\n1,2\n")
    repo.commit("A project")
    done = cli("run", ".", cwd=folder)
    assert done.code == 0, done.err
    return folder


def verified(cli: Cli, folder: Path, *options: str, run: str = "1", code: int = 0) -> Any:
    done = cli("verify", run, "--output", "json", *options, cwd=folder)
    assert done.code == code, done.err
    return done.json()["verify"]


def test_the_same_again_is_identical_and_nothing_differs(ran: Path, cli: Cli) -> None:
    done = cli("verify", "1", cwd=ran)

    assert done.code == 0, done.err
    first, *rest = done.out.splitlines()
    assert first.startswith("identical: trial ")
    assert "compared: 2 metrics with 6 points, 1 artifact" in rest[0]
    assert "fit_seconds" in rest[1]
    assert rest[-1] == "code, environment, data, parameters and machine are the same"
    assert "printed" in done.err


def test_the_verdict_is_kept_with_the_run(ran: Path, cli: Cli) -> None:
    handle = shown(cli, ran)["id"][16:]

    said = verified(cli, ran)

    assert shown(cli, ran, handle)["tags"] == {"verify": "identical", "verify.run": said["rerun"]}
    assert shown(cli, ran, "1")["project"]["rerun_of"] == said["run"]


def test_one_changed_line_of_code_is_named(ran: Path, cli: Cli, repo: Repository) -> None:
    repo.write("main.py", CODE.replace("(step + 1)", "(step + 2)"))

    said = verified(cli, ran, "--current", "code", code=1)

    assert said["verdict"] == "drifted"
    assert said["causes"] == {"code": ["main.py +1 -1"]}
    assert said["differences"][0]["name"] == "loss"
    assert said["differences"][0]["step"] == 0


def test_a_changed_line_that_changes_no_result_is_named_too(
    ran: Path, cli: Cli, repo: Repository
) -> None:
    repo.write("main.py", CODE + "# a comment\n")
    repo.commit("Comment")

    said = verified(cli, ran, "--current", "code")

    assert said["verdict"] == "identical"
    assert said["causes"] == {"code": ["main.py +1 -0"]}


def test_runs_that_were_committed_meanwhile_are_no_other_code(
    ran: Path, cli: Cli, repo: Repository
) -> None:
    repo.commit("Keep the run")

    assert verified(cli, ran, "--current", "code")["causes"] == {}


def test_code_that_was_committed_meanwhile_is_the_same(
    ran: Path, cli: Cli, repo: Repository
) -> None:
    repo.write("main.py", CODE + "# a comment\n")
    assert cli("run", ".", cwd=ran).code == 0
    repo.commit("Commit what ran")

    assert verified(cli, ran, "--current", "code")["causes"] == {}


def test_one_changed_byte_of_data_is_named(ran: Path, cli: Cli, repo: Repository) -> None:
    repo.write("data.csv", "a,b\n1,3\n")

    plain = verified(cli, ran)
    changed = verified(cli, ran, "--current", "data", run="2", code=1)

    assert (plain["verdict"], plain["causes"]) == ("identical", {}), "the commit has the data"
    assert list(changed["causes"]) == ["data"]
    assert changed["causes"]["data"][0].startswith("data (data.csv) ")
    assert [one["name"] for one in changed["differences"]] == ["out.txt"]


def test_changed_data_outside_of_git_is_named_without_being_asked(
    project: Project, cli: Cli, repo: Repository
) -> None:
    folder = project(CODE, TAIL, COMMAND)
    repo.write(".gitignore", "data.csv\n")
    repo.commit("A project")
    repo.write("data.csv", "a")
    assert cli("run", ".", cwd=folder).code == 0
    repo.write("data.csv", "b")

    said = verified(cli, folder, code=1)

    assert list(said["causes"]) == ["data"]
    assert "data = data.csv was" in said["notes"][0]


def test_p_changes_a_parameter_which_is_named_and_the_run_bears_no_verdict(
    ran: Path, cli: Cli
) -> None:
    handle = shown(cli, ran)["id"][16:]

    said = verified(cli, ran, "-P", "lr=0.2", code=1)

    assert said["causes"] == {"parameters": ["lr 0.1 -> 0.2"]}
    assert shown(cli, ran, handle)["tags"] == {}
    assert shown(cli, ran, "1")["tags"]["verify"] == "drifted"


def test_parameters_differ_and_data_differs_in_plain_words(ran: Path, cli: Cli) -> None:
    done = cli("verify", "1", "-P", "lr=0.2", cwd=ran)

    assert "parameters differ\n  lr 0.1 -> 0.2" in done.out


def test_another_machine_is_named_although_the_results_are_identical(ran: Path, cli: Cli) -> None:
    record = record_of(ran)
    lines = record.read_text().splitlines(keepends=True)
    changed = [line for line in lines if not line.startswith("check:")]
    text = "".join(changed).replace('platform: "linux-', 'platform: "plan9-')
    record.write_text(text)

    said = verified(cli, ran)

    assert said["verdict"] == "identical"
    assert said["causes"]["machine"][0].startswith("platform plan9-")


def test_results_that_vary_are_within_tolerance_or_drifted(
    project: Project, cli: Cli, repo: Repository
) -> None:
    code = "import mltrack, time; mltrack.log_metric('x', 1 + time.time() % 1 / 1e6)\n"
    folder = project(code, "verify: {rtol: {x: 1e-3}}\n")
    repo.commit("A project")
    assert cli("run", ".", cwd=folder).code == 0

    said = verified(cli, folder)

    assert said["verdict"] == "within tolerance"
    assert said["differences"][0]["within"] is True


def test_a_rerun_that_fails_says_so(project: Project, cli: Cli, repo: Repository) -> None:
    folder = project("import os\nif os.path.exists('/proc/nope'): pass\nraise SystemExit(7)\n")
    repo.commit("A project")
    cli("run", ".", cwd=folder)

    done = cli("verify", "1", cwd=folder)

    assert done.code == 1
    assert done.out.startswith("failed: trial")
    assert "exit code 7" in done.out


def test_that_a_run_has_failed_is_said_beside_its_verdict(
    project: Project, cli: Cli, repo: Repository
) -> None:
    folder = project("import os, sys; sys.exit(os.environ.get('FAIL'))")
    repo.commit("A project")
    assert cli("run", ".", cwd=folder, env={**os.environ, "FAIL": "now"}).code == 1

    done = cli("verify", "1", cwd=folder)

    assert done.out.startswith("identical: "), done.err
    assert "has failed, so its results are those of a part" in done.err


def test_what_is_refused_before_it_starts_is_no_verdict(ran: Path, cli: Cli) -> None:
    done = cli("verify", "nosuchrun", cwd=ran)

    assert (done.code, done.out) == (3, "")


def test_json_alone_is_on_standard_output(ran: Path, cli: Cli) -> None:
    done = cli("verify", "1", "--output", "json", cwd=ran)

    assert json.loads(done.out)["format"] == 1


def test_a_seed_of_hashes_is_that_of_the_run(project: Project, cli: Cli, repo: Repository) -> None:
    folder = project("import mltrack; mltrack.log_metric('h', hash('a'))\n")
    repo.commit("A project")
    assert cli("run", ".", cwd=folder, env={**os.environ, "PYTHONHASHSEED": "7"}).code == 0

    assert verified(cli, folder)["verdict"] == "identical"


def test_what_was_logged_after_the_end_is_not_compared_and_named(ran: Path, cli: Cli) -> None:
    assert cli("log", "metric", "late_auc", "0.5", "--run", "1", cwd=ran).code == 0
    (ran / "late.txt").write_text("late")
    assert cli("log", "artifact", "late.txt", "--run", "1", cwd=ran).code == 0

    said = verified(cli, ran)

    assert said["verdict"] == "identical"
    assert any("late.txt, late_auc" in note for note in said["notes"])


def test_where_nothing_was_compared_it_says_so(
    project: Project, cli: Cli, repo: Repository
) -> None:
    folder = project("print('nothing')\n")
    repo.commit("A project")
    assert cli("run", ".", cwd=folder).code == 0

    done = cli("verify", "1", cwd=folder)

    assert done.code == 0
    assert "nothing was compared" in done.out


def test_runs_that_belong_to_a_run_are_not_compared_and_counted(
    project: Project, cli: Cli, repo: Repository
) -> None:
    folder = project(
        "import subprocess, sys\n"
        "if sys.argv[1] == 'outer':\n"
        "    command = ['-m', 'mltrack', 'run', '.', '-P', 'kind=inner', '--env', 'local']\n"
        "    subprocess.run([sys.executable, *command], check=True)\n",
        "params:\n  kind: {type: str, default: outer}\n",
        '[python, main.py, "{kind}"]',
    )
    repo.commit("A project")
    assert cli("run", ".", "--env", "local", cwd=folder).code == 0

    done = cli("verify", "2", "--env", "local", cwd=folder)

    assert "are not compared: 1" in done.out, done.err
