"""Log points and write the same lines by hand, in turn; print the seconds that one value took.

python points.py ROUNDS POINTS
"""

import json
import os
import sys
import time
from collections.abc import Callable

import mltrack

ROUNDS, POINTS = map(int, sys.argv[1:])
MANY = 20
MOMENT = round(time.time(), 3)
NAMES = [f"metric_{number}" for number in range(MANY)]


def timed(act: Callable[[int], object], count: int) -> float:
    """Return the processor seconds of one call."""
    began = time.process_time()
    for step in range(count):
        act(step)
    return (time.process_time() - began) / count


with mltrack.start_run() as run:
    file = os.open("by-hand.jsonl", os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o666)

    def floor(step: int) -> None:
        row = {"step": step, "time": MOMENT, "metrics": {"loss": step * 0.37}}
        os.write(file, (json.dumps(row) + "\n").encode())

    def one(step: int) -> None:
        run.log_metric("loss", step * 0.37, step=step)

    def many(step: int) -> None:
        run.log_metrics(dict.fromkeys(NAMES, step * 0.37), step=step)

    found: dict[str, list[float]] = {"floor": [], "one": [], "many": []}
    for number in range(ROUNDS + 1):
        taken = {
            "floor": timed(floor, POINTS),
            "one": timed(one, POINTS),
            "many": timed(many, POINTS // MANY) / MANY,
        }
        for name, seconds in taken.items() if number else ():
            found[name].append(seconds)
sys.stdout.write(json.dumps(found))
