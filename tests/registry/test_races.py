"""Many processes register versions of one model at once: no number twice, no error, none lost."""

import json
import os
import subprocess
import sys
from pathlib import Path

import mltrack
from mltrack.api.registry import get_model
from tests.registry.project import Project

PROCESSES = 8
EACH = 5

REGISTER = """
import json, sys
import mltrack
sys.stdin.readline()
print(json.dumps([mltrack.register_model(path, "churn").id for path in sys.argv[1:]]))
"""


def registered_at_once(packages: list[list[Path]]) -> list[str]:
    """Let a process for each list register its packages, all begun together; return the ids."""
    environment = {**os.environ, "PYTHONPATH": str(Path(__file__).parents[2])}
    running = [
        subprocess.Popen(
            [sys.executable, "-c", REGISTER, *map(str, paths)],
            env=environment,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )
        for paths in packages
    ]
    for process in running:
        assert process.stdin is not None
        process.stdin.write("go\n")
        process.stdin.flush()
    ended = [process.communicate() for process in running]
    assert [process.returncode for process in running] == [0] * len(running), ended
    return [version for out, _ in ended for version in json.loads(out)]


def test_processes_that_register_at_once_get_a_number_each(project: Project) -> None:
    packages = [[project.package() for _ in range(EACH)] for _ in range(PROCESSES)]
    acknowledged = registered_at_once(packages)
    model = get_model("churn")
    assert sorted(version.id for version in model.versions) == sorted(acknowledged)
    numbers = sorted(version.number or 0 for version in model.versions)
    assert numbers == [*range(1, PROCESSES * EACH + 1)]
    assert mltrack.list_models().warnings == ()
