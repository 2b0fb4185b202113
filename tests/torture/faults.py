"""A fault at every call that changes the disk below a store, in turn."""

import json
from pathlib import Path

from tests.system.scenarios import SCENARIOS
from tests.system.shim import compiled, python
from tests.torture.rounds import Round

UNIT = "faults"
PROMISE = "a call to the disk that fails loses nothing, breaks no reader and ends no training"
GOAL = 10_000
ROUNDS_A_SCENARIO = 10
"""Each of so many rounds takes other calls of a scenario; together they take all."""


def play(seed: int, folder: Path, *, small: bool) -> Round:
    """Let every tenth call of a scenario fail in each way, once and for good."""
    part, number = divmod(seed, len(SCENARIOS))
    every = ROUNDS_A_SCENARIO * (10 if small else 1)
    words = [str(folder), str(every), str(part % every), list(SCENARIOS)[number]]
    said = python(
        "-m", "tests.system.sweep", *words, library=compiled(folder), timeout_seconds=7200
    )
    outcomes = [json.loads(line) for line in said.splitlines()]
    problems = (f"{case}, {fired}: {what}" for case, fired, found in outcomes for what in found)
    return Round(sum(bool(fired) for _, fired, _ in outcomes), tuple(problems))
