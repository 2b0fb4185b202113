"""Processes that change one model at once, killed ones too: no number twice, no event lost."""

import json
import os
import subprocess
import sys
from collections.abc import Iterator, Sequence
from itertools import pairwise
from pathlib import Path

import pytest

import mltrack
from mltrack.fsck.kinds import Severity
from mltrack.registry.entities import ModelState
from tests.registry.project import Project

PROCESSES = 8
EACH = 3
ACKNOWLEDGED_EACH = 3

REGISTER = """
import json, sys
import mltrack
sys.stdin.readline()
print(json.dumps([mltrack.register_model(path, "churn").id for path in sys.argv[1:]]))
"""
PROMOTE = """
import json, sys
import mltrack
sys.stdin.readline()
for path in sys.argv[1:]:
    version = mltrack.register_model(path, "churn")
    print(json.dumps({"version": version.id, "event": version.event}), flush=True)
    for stage in ("staging", "production"):
        move = mltrack.promote_model(
            f"churn/{version.id}", to=stage, reason="the best", allow_unpushed=True
        )
        print(json.dumps({"version": version.id, "event": move.event}), flush=True)
"""

RESOLVE = """
import sys
import mltrack
from mltrack.errors import MltrackError
sys.stdin.readline()
try:
    done = mltrack.resolve_contested("churn@production", keep=sys.argv[1], reason="we talked")
except MltrackError as error:
    print("refused")
else:
    print("settled" if done.move else "nothing to do")
"""


@pytest.fixture
def started(project: Project) -> Iterator[list[subprocess.Popen[str]]]:
    """Return a list for processes, of which none outlives the test."""
    processes: list[subprocess.Popen[str]] = []
    yield processes
    for process in processes:
        process.kill()
        process.communicate()


def begin(
    started: list[subprocess.Popen[str]], code: str, packages: Sequence[Sequence[Path | str]]
) -> list[subprocess.Popen[str]]:
    """Let a process for each list run a program on its packages, all begun together."""
    environment = {**os.environ, "PYTHONPATH": str(Path(__file__).parents[2])}
    started += [
        subprocess.Popen(
            [sys.executable, "-c", code, *map(str, paths)],
            env=environment,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )
        for paths in packages
    ]
    for process in started:
        assert process.stdin is not None
        process.stdin.write("go\n")
        process.stdin.flush()
    return started


def said(process: subprocess.Popen[str]) -> list[str]:
    """Return the lines that a process prints to its end."""
    out, error = process.communicate()
    assert process.returncode == 0, error
    return out.splitlines()


def model_that_is_whole() -> ModelState:
    """Return the model, in which every version has a number of its own and nothing is contested."""
    model = mltrack.get_model("churn")
    assert mltrack.list_models().warnings == ()
    assert sorted(v.number or 0 for v in model.versions) == [*range(1, len(model.versions) + 1)]
    assert mltrack.check_store().of(Severity.DAMAGE) == ()
    return model


def test_processes_that_register_at_once_get_a_number_each(
    project: Project, started: list[subprocess.Popen[str]]
) -> None:
    packages = [[project.package() for _ in range(EACH)] for _ in range(PROCESSES)]
    lines = [said(process) for process in begin(started, REGISTER, packages)]
    acknowledged = [version for (line,) in lines for version in json.loads(line)]
    model = model_that_is_whole()
    assert sorted(version.id for version in model.versions) == sorted(acknowledged)
    assert len(acknowledged) == PROCESSES * EACH


def test_processes_that_register_and_promote_at_once_follow_one_another(
    project: Project, started: list[subprocess.Popen[str]]
) -> None:
    packages = [[project.package()] for _ in range(PROCESSES)]
    lines = [said(process) for process in begin(started, PROMOTE, packages)]
    acknowledged = {json.loads(line)["event"] for own in lines for line in own}
    model = model_that_is_whole()
    names = sorted(path.stem for path in project.events)
    assert set(names) == acknowledged
    assert len(names) == 3 * PROCESSES
    assert all(int(a[:12]) + 1 == int(b[:12]) for a, b in pairwise(names))
    last = max(e.event for e in model.history if e.to_stage == "production")
    [holder] = [v for v in model.versions if v.stage == "production"]
    assert holder.id == next(e.version for e in model.history if e.event == last)


def test_what_killed_processes_had_acknowledged_is_there_and_the_others_go_on(
    project: Project, started: list[subprocess.Popen[str]]
) -> None:
    packages = [[project.package() for _ in range(20)] for _ in range(PROCESSES)]
    acknowledged: list[dict[str, str]] = []
    for process in begin(started, PROMOTE, packages):
        assert process.stdout is not None
        acknowledged += [json.loads(process.stdout.readline()) for _ in range(ACKNOWLEDGED_EACH)]
        process.kill()
        rest, _ = process.communicate()
        whole = rest[: rest.rfind("\n") + 1].splitlines()
        acknowledged += [json.loads(line) for line in whole]
    model = model_that_is_whole()
    assert {one["event"] for one in acknowledged} <= {path.stem for path in project.events}
    assert {one["version"] for one in acknowledged} <= {version.id for version in model.versions}
    assert len(acknowledged) >= ACKNOWLEDGED_EACH * PROCESSES
    after = mltrack.register_model(project.package(), "churn")
    assert after.number == len(model.versions) + 1


def test_of_processes_that_settle_a_stage_at_once_one_does(
    project: Project, started: list[subprocess.Popen[str]]
) -> None:
    project.contest()
    before = project.events
    choices = [[f"{number % 2 + 1}"] for number in range(PROCESSES)]
    lines = [said(process) for process in begin(started, RESOLVE, choices)]
    assert lines.count(["settled"]) == 1
    assert len(project.events) == len(before) + 1
