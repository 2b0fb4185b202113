"""A project with very many runs of one experiment, each with a curve; generated once."""

import random
from pathlib import Path

from mltrack.store.layout import STORE_NAME
from mltrack.store.store import Store
from tests.benchmarks import long_runs
from tests.benchmarks.invented import RUNS_A_DAY

EXPERIMENT = "sweep"


def built(runs: int, points: int, folder: Path) -> Path:
    """Return a project with so many runs that have a curve of so many points each."""
    if folder.exists():
        return folder
    building = folder.with_name(f"{folder.name}.{random.getrandbits(32):x}")
    store = Store.create(building / STORE_NAME)
    for number in range(runs):
        long_runs.write(store, *divmod(number, RUNS_A_DAY), points, experiment=EXPERIMENT)
    building.rename(folder)
    return folder
