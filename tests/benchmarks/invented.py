"""Invented runs: what one that has finished leaves in its folder, by its number alone."""

import hashlib
import random
from datetime import UTC, datetime, timedelta
from typing import Any, NamedTuple

from mltrack.store import clock
from mltrack.store.ids import name_from
from mltrack.store.journal import Row, encode_row
from mltrack.store.layout import METRICS, PACKAGES, RUN
from mltrack.tracking import codec
from mltrack.tracking.experiments import id_of

RUNS_A_DAY = 300
NEWEST_DAY = datetime(2025, 12, 31, tzinfo=UTC)
METRIC_NAMES = ("accuracy", "auc", "f1", "loss", "val_loss")
POINTS = 3
_SECONDS_APART = 86_400 / (RUNS_A_DAY + 1)
_EXPERIMENTS = ("default", "churn", "fraud", "vision", "words")
_PACKAGES = "".join(f"package-{i:02d}=={i % 7}.{i}.0\n" for i in range(60)).encode()


class Invented(NamedTuple):
    """A run that has finished: its id, and its files by name."""

    id: str
    files: dict[str, bytes]


def day_of(age: int) -> datetime:
    """Return the midnight with which the day begins that is so many days older than the newest."""
    return NEWEST_DAY - timedelta(days=age)


def invented(age: int, number: int, *, journal: bool = True) -> Invented:
    """Return the run with this number on a day; the same numbers give the same bytes.

    Args:
        age: how many days its day is older than the newest.
        number: its place in the day, the oldest first.
        journal: whether its journal is written; a run without one has no digest of it either.
    """
    chance = random.Random(f"{age}.{number}")
    began = clock.seconds_from_text(clock.to_text(_began(age, number)))
    run_id = f"{day_of(age):%Y%m%d}-{_clock(began)}-{name_from(chance.randbytes(6))}"
    fields = _fields(run_id, began, chance)
    rows, fields["metrics"] = _points(began, chance)
    rows = [*_opening(began, fields), *rows, {"ended": "finished", "time": began + 60}]
    journals = {METRICS: b"".join(map(encode_row, rows))} if journal else {}
    texts = {**journals, PACKAGES: _PACKAGES}
    fields["digests"] = {name: hashlib.sha256(data).hexdigest() for name, data in texts.items()}
    fields["seen"] = {"main": len(rows)}
    return Invented(run_id, {RUN: codec.encode(fields), **texts})


def _began(age: int, number: int) -> float:
    return day_of(age).timestamp() + round(number * _SECONDS_APART, 3)


def _clock(seconds: float) -> str:
    return f"{datetime.fromtimestamp(seconds, UTC):%H%M%S}"


def _fields(run_id: str, began: float, chance: random.Random) -> dict[str, Any]:
    experiment = chance.choice(_EXPERIMENTS)
    commit, tree = (f"{chance.getrandbits(160):040x}" for _ in range(2))
    return {
        "id": run_id,
        "name": f"{experiment}-{chance.randrange(1000)}",
        "experiment": {"id": id_of(experiment), "name": experiment},
        "status": "finished",
        "started": clock.to_text(began),
        "ended": clock.to_text(began + 60),
        "user": "ada@example.org",
        "user_source": "git",
        "host": "engine",
        "params": _params(chance),
        "tags": {"team": "risk", "kind": chance.choice(("probe", "final")), "gpu": "none"},
        "metrics": {},
        "code": {
            "commit": commit,
            "branch": "main",
            "tree": tree,
            "base": commit,
            "dirty": False,
        },
        "project": {"argv": ["train.py"], "folder": "."},
        "environment": {
            "implementation": "cpython",
            "python": "3.12.3",
            "platform": "linux-x86_64",
        },
    }


def _params(chance: random.Random) -> dict[str, Any]:
    return {
        "lr": round(10 ** chance.uniform(-4, -1), 6),
        "batch": chance.choice((16, 32, 64, 128)),
        "depth": chance.randrange(2, 20),
        "width": chance.randrange(16, 512),
        "dropout": round(chance.uniform(0, 0.5), 3),
        "solver": chance.choice(("adam", "saga", "sgd")),
        "seed": chance.randrange(10_000),
        "data": "data/train.csv",
        "epochs": POINTS,
        "augment": chance.random() < 0.5,
    }


def _opening(began: float, fields: dict[str, Any]) -> list[Row]:
    head = {"writer": "main", "host": "engine", "pid": 4711, "opens": True, "seen": {}}
    return [
        {**head, "time": began},
        {"params": fields["params"], "time": began},
        {"tags": fields["tags"], "time": began},
    ]


def _points(began: float, chance: random.Random) -> tuple[list[Row], dict[str, dict[str, Any]]]:
    values = {name: [chance.random() for _ in range(POINTS)] for name in METRIC_NAMES}
    rows: list[Row] = [
        {"step": s, "time": began + 10 * s, "metrics": {n: v[s] for n, v in values.items()}}
        for s in range(POINTS)
    ]
    summaries = {
        name: {
            "last": seen[-1],
            "last_step": POINTS - 1,
            "min": min(seen),
            "max": max(seen),
            "count": POINTS,
        }
        for name, seen in values.items()
    }
    return rows, summaries
