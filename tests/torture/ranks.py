"""Ranks that nobody coordinates agree on one run, some of them killed at random moments."""

import json
import os
import random
import signal
import time
from collections import Counter
from collections.abc import Sequence
from pathlib import Path
from typing import NamedTuple

import mltrack
from mltrack.api.store import use
from mltrack.store.store import Store
from tests.torture.acts import CONFIG
from tests.torture.rounds import Round

UNIT = "launches of ranks"
PROMISE = "the ranks of a launch share one run, no point is lost, and nobody waits for the dead"
GOAL = 1_000
LAUNCHES, FEW_LAUNCHES = 5, 2
MOST_RANKS = 6
POINTS = 30
PATIENCE_SECONDS = 30.0
APART_SECONDS = 0.03  # what the system's clock of processes needs to tell two launches apart


class Launch(NamedTuple):
    """What became of the ranks of one launch: exit codes, the run of each, points it was told."""

    codes: Sequence[int]
    runs: dict[int, str]
    points: Counter[int]
    seconds: float


def play(seed: int, folder: Path, *, small: bool) -> Round:
    """Start launch after launch in one project, and kill some ranks of each."""
    store = Store.create(folder / "project" / ".mltrack")
    store.layout.config.write_text(CONFIG, encoding="utf-8")
    use(store=str(store.root))
    chance = random.Random(seed)
    problems: list[str] = []
    points = 0
    count = FEW_LAUNCHES if small else LAUNCHES
    for number in range(count):
        time.sleep(APART_SECONDS)
        ended = _launched(number, chance)
        points += ended.points.total()
        problems += [f"launch {number}: {line}" for line in _wrong(ended)]
    return Round(count, ("; ".join(problems[:5]),) if problems else (), (("points", points),))


def _launched(number: int, chance: random.Random) -> Launch:
    """Start ranks as Slurm or as a script does, kill some, and hear what the others say."""
    size = chance.randint(2, MOST_RANKS)
    world = {"WORLD_SIZE": str(size), "MASTER_ADDR": "127.0.0.1"}
    if chance.random() < 0.5:
        world |= {"SLURM_JOB_ID": str(number), "SLURM_STEP_ID": "0"}
    listen, speak = os.pipe()
    gate = os.pipe()
    ranks = [_started(rank, world, speak, gate, chance.random()) for rank in range(size)]
    os.close(speak)
    for end in gate:
        os.close(end)
    began = time.monotonic()
    for victim in chance.sample(range(size), chance.randint(0, size - 1)):
        time.sleep(chance.random() * 0.05)
        os.kill(ranks[victim], signal.SIGKILL)
    with os.fdopen(listen, encoding="utf-8") as file:
        said = [json.loads(line) for line in file]
    codes = [os.waitstatus_to_exitcode(os.waitpid(rank, 0)[1]) for rank in ranks]
    runs = {rank: word for rank, word in said if word}
    points = Counter(rank for rank, word in said if not word)
    return Launch(codes, runs, points, time.monotonic() - began)


def _started(
    rank: int, world: dict[str, str], speak: int, gate: tuple[int, int], seed: float
) -> int:
    """Start a rank that begins when all are there, and no sooner than Python would have started."""
    process = os.fork()
    if process:
        return process
    try:
        os.close(gate[1])
        os.read(gate[0], 1)
        os.environ.update({**world, "RANK": str(rank)})
        time.sleep(APART_SECONDS + random.Random(seed).random() * 0.03)
        with mltrack.start_run() as run:
            os.write(speak, f"{json.dumps([rank, run.id])}\n".encode())
            for step in range(POINTS):
                run.log_metric(f"loss{rank}", float(step), step=step)
                os.write(speak, f"{json.dumps([rank, ''])}\n".encode())
    except BaseException:  # noqa: BLE001 - the exit code tells it
        os._exit(1)
    os._exit(0)


def _wrong(ended: Launch) -> list[str]:
    found: list[str] = []
    if ended.seconds > PATIENCE_SECONDS:
        found.append(f"it took {ended.seconds:.0f} seconds")
    if set(ended.codes) - {0, -signal.SIGKILL}:
        found.append(f"the ranks ended with {ended.codes}")
    survivors = {run for rank, run in ended.runs.items() if ended.codes[rank] == 0}
    if len(survivors) > 1:
        found.append(f"they wrote {len(survivors)} runs")
    for rank, points in ended.points.items():
        summary = mltrack.get_run(ended.runs[rank]).record.metrics.get(f"loss{rank}")
        if summary is None or summary.count < points:
            found.append(f"rank {rank} was promised {points} points, and there are {summary}")
    stopped = [r for r, code in enumerate(ended.codes) if code and 0 < ended.points[r] < POINTS]
    statuses = {mltrack.get_run(ended.runs[rank]).status for rank in stopped}
    if statuses - {"lost"}:
        found.append(f"runs of killed ranks are {statuses}")
    return found
