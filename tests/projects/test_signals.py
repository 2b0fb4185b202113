"""A runner that is told to stop while no command runs ends its run all the same."""

import json
import subprocess
import sys
from pathlib import Path

import pytest

from tests.projects.conftest import Project
from tests.support.cli import Cli

THEN_STOPS_THE_RUNNER = """\
import os, sys
over, mine = os.pipe()
runner, number = os.getppid(), int(sys.argv[1])
if not os.fork():
    os.close(mine), os.close(1), os.close(2), os.setsid()
    os.read(over, 1)
    os.kill(runner, number)
    os._exit(0)
os.mkdir("out")
for name in range(300):
    open(f"out/{name}", "w").write(str(name))
"""
LETS_GO = """\
import signal, sys
from mltrack.store import signals
try:
    with signals.unwinding():
        with signals.undisturbed():
            signal.raise_signal(getattr(signal, sys.argv[1]))
            signal.raise_signal(getattr(signal, sys.argv[1]))
            print("undisturbed", flush=True)
        print("not reached")
finally:
    print("let go of all")
"""


@pytest.mark.parametrize(("name", "code"), [("TERM", 143), ("HUP", 129), ("INT", 130)])
def test_one_that_is_stopped_after_its_command_has_ended_ends_its_run(
    project: Project, cli: Cli, name: str, code: int
) -> None:
    number = {"TERM": "15", "HUP": "1", "INT": "2"}[name]
    command = f'[python, main.py, "{number}"]'
    folder = project(THEN_STOPS_THE_RUNNER, "outputs: [out]\n", command)

    done = cli("run", cwd=folder)

    assert done.code == code
    runs = json.loads(cli("ls", "--output", "json", cwd=folder).out)["runs"]
    assert [run["status"] for run in runs] == ["killed"]


@pytest.mark.parametrize("name", ["SIGTERM", "SIGHUP", "SIGINT"])
def test_what_must_not_be_disturbed_comes_to_its_end_and_then_all_is_let_go_of(name: str) -> None:
    done = subprocess.run(
        [sys.executable, "-c", LETS_GO, name],
        cwd=Path(__file__).parents[2],
        capture_output=True,
        text=True,
        check=False,
    )

    assert done.returncode
    assert done.stdout.splitlines() == ["undisturbed", "let go of all"]
