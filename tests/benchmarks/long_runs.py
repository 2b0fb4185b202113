"""Projects with two runs of very many points each, and an older short one; generated once."""

import hashlib
import random
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from mltrack.store import clock
from mltrack.store.journal import encode_row
from mltrack.store.layout import METRICS, RUN, STORE_NAME
from mltrack.store.store import Store
from mltrack.tracking import codec
from mltrack.tracking.experiments import id_of
from tests.benchmarks.invented import invented

METRIC = "loss"
SHORT = 10


def built(points: int, folder: Path) -> Path:
    """Return a project whose two newest runs have so many points; it is built once."""
    if folder.exists():
        return folder
    building = folder.with_name(f"{folder.name}.{random.getrandbits(32):x}")
    store = Store.create(building / STORE_NAME)
    for number, count in enumerate((SHORT, points, points)):
        write(store, 0, number, count)
    building.rename(folder)
    return folder


def write(store: Store, age: int, number: int, points: int, *, experiment: str = "") -> None:
    """Write a run with so many points of one metric.

    Args:
        store: the store.
        age: how many days its day is older than the newest.
        number: its place in the day, the oldest first.
        points: how many.
        experiment: its experiment; else one of several.
    """
    run = invented(age, number)
    folder = store.layout.run_folder(run.id)
    folder.mkdir(parents=True)
    fields = codec.fields_to_rewrite(run.files[RUN], run.id)
    began = clock.seconds_from_text(fields["started"])
    chance = random.Random(number)
    if experiment:
        fields["experiment"] = {"id": id_of(experiment), "name": experiment}
    values = [chance.random() for _ in range(points)]
    journal = b"".join(_lines(began, values))
    (folder / METRICS).write_bytes(journal)
    fields |= {
        "metrics": {METRIC: _summary(values)},
        "digests": {METRICS: hashlib.sha256(journal).hexdigest()},
        "seen": {"main": points + 2},
    }
    (folder / RUN).write_bytes(codec.encode(fields))


def _lines(began: float, values: list[float]) -> Iterator[bytes]:
    """Yield the lines that `log_metric` writes."""
    yield encode_row({"writer": "main", "pid": 4711, "opens": True, "seen": {}, "time": began})
    for step, value in enumerate(values):
        moment = began + step * 0.01
        row = f'{{"step":{step},"time":{moment:.3f},"metrics":{{"{METRIC}":{value!r}}}}}\n'
        yield row.encode()
    yield encode_row({"ended": "finished", "time": began + 60})


def _summary(values: list[float]) -> dict[str, Any]:
    last = {"last": values[-1], "last_step": len(values) - 1}
    return {**last, "min": min(values), "max": max(values), "count": len(values)}
