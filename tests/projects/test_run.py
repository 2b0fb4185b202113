"""`mltrack run` as a user meets it: one run, its child's exit code, and nothing half-done."""

import json
import os
import re
import signal
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

import mltrack
from tests.projects.conftest import Project
from tests.support.cli import Cli

SHOW_ARGUMENTS = "import json, sys; json.dump(sys.argv[1:], open('arguments.json', 'w'))"
LOG = "import mltrack; mltrack.log_metric('acc', 0.5); mltrack.log_param('late', 1)"
ONE_TEXT = 'params: {text: {default: ""}}\n'


def only_run(cli: Cli, folder: Path) -> dict[str, Any]:
    listed = cli("ls", "--output", "json", cwd=folder).json()["runs"]
    assert len(listed) == 1
    shown = cli("show", "1", "--output", "json", cwd=folder).json()["run"]
    assert isinstance(shown, dict)
    return shown


def test_a_run_has_what_its_child_logged_and_what_the_project_says(
    project: Project, cli: Cli
) -> None:
    folder = project(LOG, "params: {lr: {type: float, default: 0.1}}\n")

    done = cli("run", ".", "-P", "lr=1e-2", "--tag", "a=b", "--name", "first", cwd=folder)

    assert done.code == 0, done.err
    run = only_run(cli, folder)
    assert (run["name"], run["experiment"], run["status"]) == ("first", "trial", "finished")
    assert run["params"] == {"lr": 0.01, "late": 1}
    assert run["metrics"] == {"acc": 0.5}
    assert run["tags"] == {"a": "b"}
    assert run["project"]["entry"] == "main"
    assert run["project"]["folder"] == "."
    assert run["environment"]["kind"] == "isolated"


def test_it_ends_with_handle_status_and_next_step(project: Project, cli: Cli) -> None:
    folder = project("print('out')")

    done = cli("run", ".", cwd=folder)

    handle = only_run(cli, folder)["id"][16:]
    assert done.out == "out\n"
    assert f"run {handle} finished after" in done.err
    assert done.err.endswith(f"next: mltrack show {handle}\n")


def test_the_childs_exit_code_is_the_commands(project: Project, cli: Cli) -> None:
    folder = project("raise SystemExit(42)")

    done = cli("run", ".", cwd=folder)

    assert done.code == 42
    assert only_run(cli, folder)["status"] == "failed"


def test_a_child_that_a_signal_ends_gives_128_and_its_number(project: Project, cli: Cli) -> None:
    folder = project("import os; os.kill(os.getpid(), 15)")

    done = cli("run", ".", cwd=folder)

    assert done.code == 143
    assert only_run(cli, folder)["status"] == "killed"


def test_an_interrupt_ends_the_run_as_killed(project: Project, cli: Cli) -> None:
    folder = project("import signal; print('ready', flush=True); signal.pause()")
    argv = [sys.executable, "-m", "mltrack", "run", "."]
    running = subprocess.Popen(argv, cwd=folder, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL)
    assert running.stdout
    assert running.stdout.readline() == b"ready\n"

    running.send_signal(signal.SIGINT)

    running.communicate()
    assert running.returncode == 130
    assert only_run(cli, folder)["status"] == "killed"


@pytest.mark.parametrize(
    "canary",
    [
        "$(touch canary)",
        "; touch canary",
        "-x",
        "--help",
        "a\nb",
        "`touch canary`",
        "{text}",
        "ü '\"",
    ],
)
def test_a_parameter_is_passed_as_plain_text(project: Project, cli: Cli, canary: str) -> None:
    folder = project(SHOW_ARGUMENTS, ONE_TEXT, '[python, main.py, "{text}", end]')

    done = cli("run", ".", "-P", f"text={canary}", cwd=folder)

    assert done.code == 0, done.err
    assert json.loads((folder / "arguments.json").read_text()) == [canary, "end"]
    assert not (folder / "x").exists()


def test_a_project_may_lie_in_a_folder_with_spaces_and_other_letters(
    project: Project, cli: Cli, tmp_path: Path
) -> None:
    folder = project(LOG)
    moved = folder.rename(tmp_path / "Größe mit Raum")

    done = cli("run", str(moved))

    assert done.code == 0, done.err
    assert only_run(cli, moved)["metrics"] == {"acc": 0.5}


def test_a_project_below_the_top_is_recorded_by_its_relative_folder(
    project: Project, cli: Cli
) -> None:
    top = project(SHOW_ARGUMENTS)
    (top / "below").mkdir()
    for name in ("project.yaml", "main.py"):
        (top / name).rename(top / "below" / name)

    done = cli("run", "below", cwd=top)

    assert done.code == 0, done.err
    assert only_run(cli, top)["project"]["folder"] == "below"
    assert (top / "below" / "arguments.json").exists(), "the child runs in the project's folder"


def test_output_is_kept_byte_for_byte(project: Project, cli: Cli) -> None:
    folder = project("import os; os.write(1, bytes(range(256))); os.write(2, b'\\xff\\r')")
    argv = [sys.executable, "-m", "mltrack", "run", "."]

    done = subprocess.run(argv, cwd=folder, capture_output=True, check=True)

    (log,) = (folder / ".mltrack" / "local").glob("*/output.log")
    assert done.stdout == bytes(range(256))
    assert sorted(log.read_bytes()) == sorted(bytes(range(256)) + b"\xff\r")


def test_the_second_run_builds_nothing(project: Project, cli: Cli) -> None:
    folder = project()
    first = cli("run", ".", cwd=folder)

    second = cli("run", ".", cwd=folder)

    assert "making environment" in first.err
    assert "making environment" not in second.err


def test_a_local_run_has_the_interpreter_at_hand(project: Project, cli: Cli) -> None:
    folder = project("import sys; print(sys.prefix)")

    done = cli("run", ".", "--env", "local", cwd=folder)

    assert done.out.strip() == sys.prefix
    assert only_run(cli, folder)["environment"]["kind"] == "local"


def test_the_callers_own_python_does_not_leak_into_the_child(
    project: Project, cli: Cli, tmp_path: Path
) -> None:
    folder = project("import os; print(sorted(os.environ))")
    leaks = {"VIRTUAL_ENV": "/x", "CONDA_PREFIX": "/x", "PYTHONSTARTUP": "/x"}

    done = cli("run", ".", cwd=folder, env={**os.environ, **leaks})

    assert done.code == 0
    assert not [name for name in leaks if name in done.out]


def test_nothing_of_ours_is_on_the_childs_path_but_mltrack(project: Project, cli: Cli) -> None:
    folder = project(
        "import importlib.util as u; print([u.find_spec(n) for n in ('rich', 'yaml')])"
    )

    done = cli("run", ".", cwd=folder)

    assert done.out == "[None, None]\n"


def test_a_named_store_is_used_and_told_to_the_child(
    project: Project, cli: Cli, tmp_path: Path
) -> None:
    folder = project(LOG)
    (tmp_path / "elsewhere").mkdir()
    assert cli("-C", "elsewhere", "init").code == 0

    done = cli("--store", "elsewhere", "run", str(folder))

    assert done.code == 0, done.err
    assert not (folder / ".mltrack").exists()
    run = only_run(cli, tmp_path / "elsewhere")
    assert run["metrics"] == {"acc": 0.5}
    assert run["project"]["folder"] is None


def test_a_path_below_the_project_is_recorded_relative_to_it(project: Project, cli: Cli) -> None:
    tail = "params:\n  data: {type: path}\n"
    folder = project(SHOW_ARGUMENTS, tail, command='[python, main.py, "{data}"]')
    data = folder / "data.csv"

    done = cli("run", str(folder), "-P", f"data={data}")

    assert done.code == 0, done.err
    assert json.loads((folder / "arguments.json").read_text()) == [str(data)]
    assert only_run(cli, folder)["params"] == {"data": "data.csv"}


def test_the_record_names_no_place_of_this_machine(project: Project, cli: Cli) -> None:
    folder = project(LOG)

    cli("run", ".", cwd=folder)

    (record,) = (folder / ".mltrack" / "runs").rglob("run.yaml")
    assert str(folder) not in record.read_text()
    assert os.environ["HOME"] not in record.read_text()


def test_python_runs_projects_too(
    project: Project, capfdbinary: pytest.CaptureFixture[bytes]
) -> None:
    folder = project(LOG, "params: {lr: {type: float}}\n")

    done = mltrack.run_project(folder, params={"lr": 0.25}, env="local")

    assert (done.exit_code, done.status) == (0, "finished")


@pytest.mark.parametrize(
    ("command", "tail", "told"),
    [
        ("[python, -c, 'raise SystemExit(3)']", "", r"failed after \d+\.\d s: exit code 3"),
        ("[sleep, '60']", "    timeout_seconds: 0.3\n", r"killed after .* s: time limit of 0\.3 s"),
    ],
)
def test_the_last_words_say_why_a_run_did_not_finish(
    project: Project, cli: Cli, command: str, tail: str, told: str
) -> None:
    done = cli("run", ".", cwd=project("", tail, command))

    assert re.search(told, done.err), done.err
