"""Processes that create runs, all from the same moment on."""

import json
import subprocess
import time
from collections.abc import Mapping
from pathlib import Path
from typing import NamedTuple

from tests.benchmarks.costs import CHILDREN, PYTHON
from tests.benchmarks.peers import VARIABLES
from tests.benchmarks.place import Place


class Way(NamedTuple):
    """A way to make a run, as `children/way_*.py` has them.

    Attributes:
        name: of the module, without `way_`.
        found: what each finished run leaves, as a pattern of paths.
        variables: of its processes, beside the usual ones.
    """

    name: str
    found: str
    variables: Mapping[str, str] = {}


MLTRACK = Way("mltrack", ".mltrack/runs/*/*/*/run.yaml")
UNSYNCED = Way("mltrack", MLTRACK.found, {"MLTRACK_DURABILITY": "none"})
BY_HAND = Way("by_hand", "by-hand/*/*/run.json")
PEER_WAYS = {
    "mlflow": Way("mlflow", "mlruns/[0-9]*/*/meta.yaml", VARIABLES),
    "sacred": Way("sacred", "sacred/[0-9]*/run.json"),
}


class Race(NamedTuple):
    """What a race gave: seconds of processor per run, seconds of all, fsyncs a run."""

    cpu: float
    wall: float
    fsyncs: float


def raced(place: Place, way: Way, folder: Path, *, runs: int, processes: int = 1) -> Race:
    """Let processes make so many runs each, and make sure that all are there.

    No interpreter's start, no import and no first run is part of what is timed.
    """
    before = len(list(folder.glob(way.found)))
    children = [_begun(place, way, folder, runs) for _ in range(processes)]
    for child in children:
        _line(place, child, "ready")
    began = time.monotonic()
    for child in children:
        print(file=child.stdin, flush=True)
    answers = [json.loads(_line(place, child, "{")) for child in children]
    wall = time.monotonic() - began
    for child in children:
        child.communicate()
    present = len(list(folder.glob(way.found))) - before - 3 * processes
    if present != runs * processes:
        raise AssertionError(f"{way.name}: {present} runs are there, not {runs * processes}")
    cpu = sum(answer["cpu"] for answer in answers) / processes
    return Race(cpu, wall, answers[0]["fsyncs"])


def _begun(place: Place, way: Way, folder: Path, runs: int) -> "subprocess.Popen[str]":
    python = place.peers.get(way.name, Path(PYTHON))
    with (place.scratch / "errors").open("w") as errors:
        return subprocess.Popen(
            [python, CHILDREN / "runs.py", f"way_{way.name}", str(runs)],
            cwd=folder,
            env={**place.variables, **way.variables},
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=errors,
            text=True,
        )


def _line(place: Place, child: "subprocess.Popen[str]", start: str) -> str:
    assert child.stdout is not None
    for line in child.stdout:
        if line.startswith(start):
            return line
    said = (place.scratch / "errors").read_text()
    raise ChildProcessError(f"{child.args!r} ended before it said {start!r}:\n{said}")
