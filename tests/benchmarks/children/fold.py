"""Fold parsed events, and print the processor seconds of each time: fold.py EVENTS MODELS TIMES."""

import json
import sys
import time

from mltrack.registry.fold import fold
from mltrack.registry.stages import Stages
from mltrack.store.events import Events
from tests.benchmarks import models

events, count, times = map(int, sys.argv[1:])
STAGES = Stages(
    order=("dev", "staging", "production", "archived"),
    exclusive=frozenset({"staging", "production"}),
)
made = {f"m{n}": Events(models.parsed(f"m{n}", events // count)) for n in range(count)}
found = []
for _ in range(times):
    began = time.process_time()
    states = [fold(each, folder=name, stages=STAGES) for name, each in made.items()]
    found.append(time.process_time() - began)
    assert all(state.holders for state in states), "nothing is in production"
    del states
sys.stdout.write(json.dumps(found))
