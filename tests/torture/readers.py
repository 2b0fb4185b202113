"""Texts that nobody would write: a reader gives an answer or a clear error, soon, and goes on.

The inputs are read in a process of its own, so that a crash of the interpreter is seen too.
"""

import json
import subprocess
import sys
from pathlib import Path

from tests.torture.rounds import Round

UNIT = "inputs"
PROMISE = "any text is read or refused in words, within a second of CPU, and is written as it was"
GOAL = 1_000_000
INPUTS, FEW_INPUTS = 100_000, 1_500
TOP = Path(__file__).parents[2]


def play(seed: int, folder: Path, *, small: bool) -> Round:
    """Have inputs generated and read, and return what went wrong."""
    count = FEW_INPUTS if small else INPUTS
    done = subprocess.run(
        [sys.executable, "-m", "tests.torture.trials", str(seed), str(count), str(folder)],
        cwd=TOP,
        capture_output=True,
        text=True,
        check=False,
    )
    *lines, last = done.stdout.splitlines() or [""]
    problems = [json.loads(line) for line in lines]
    if last != "done":
        read = (folder / "input").read_bytes()[:300] if (folder / "input").exists() else b""
        problems.append(f"ended with {done.returncode} at {read!r}: {done.stderr[-500:]}")
    return Round(count, tuple(problems))
