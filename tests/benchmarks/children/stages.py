"""Resolve a model's stage again and again, one event added before each time.

python stages.py MODEL TIMES
It prints the seconds of each, processor and wall, and how many events were opened for it.
"""

import json
import re
import sys
import time
from pathlib import Path

from mltrack.api.models.uris import resolve_model
from mltrack.registry.facts import Moved
from mltrack.registry.reader import load_model
from mltrack.registry.writing import append
from mltrack.store.store import Store

model, times = sys.argv[1], int(sys.argv[2])
store = Store(Path(".mltrack").absolute(), flags={"durability": "none"})
EVENT = re.compile(r"[0-9]{12}-[0-9a-f]{20}\.yaml\Z")
opened: set[str] = set()


def hear(event: str, arguments: tuple[object, ...]) -> None:
    """Remember each event that is opened."""
    if event == "open" and EVENT.search(str(arguments[0])):
        opened.add(str(arguments[0]))


resolve_model(store, f"{model}@production")
sys.addaudithook(hear)
found = []
for _ in range(times):
    state = load_model(store, model)
    holder = state.holders["production"]
    version = next(version for version in state.versions[-2:] if version.id != holder)
    moved = Moved(
        version=version.id, stage="production", replaces=(holder,), replaced_to="archived"
    )
    append(store, state, moved, name=model, reason="it is better")
    opened.clear()
    cpu, wall = time.process_time(), time.monotonic()
    resolved = resolve_model(store, f"{model}@production")
    cpu, wall = time.process_time() - cpu, time.monotonic() - wall
    assert resolved.digest == version.digest, "another version was resolved"
    found.append({"cpu": cpu, "wall": wall, "opened": len(opened)})
sys.stdout.write(json.dumps(found))
