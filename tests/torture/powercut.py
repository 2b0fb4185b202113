"""A power cut at every moment of a scenario, with what was not synced lost in whole or in part."""

import json
from pathlib import Path

from tests.system.shim import compiled, python
from tests.torture.rounds import Round

UNIT = "power cuts"
PROMISE = "a power cut takes nothing that was promised to be safe, and the store opens"
GOAL = 3_000
MOMENTS_APART = 10
CASES = (
    *("train/normal", "train/full", "train/none", "resume/normal", "resume/full", "shell/normal"),
    *("shell/full", "shell-start/normal", "annotate/normal", "register/normal", "register/full"),
)


def play(seed: int, folder: Path, *, small: bool) -> Round:
    """Record a scenario, and cut the power at every tenth moment from a random one."""
    apart = MOMENTS_APART * (5 if small else 1)
    words = [str(folder), str(apart), str(seed), CASES[seed % len(CASES)]]
    library = compiled(folder)
    said = python("-m", "tests.system.powercut", *words, library=library, timeout_seconds=7200)
    outcomes = [json.loads(line) for line in said.splitlines()]
    problems = (f"{case}: {what}" for *case, found in outcomes for what in found)
    return Round(len(outcomes), tuple(problems))
