"""A value is found under its own key, whatever was laid over the tables before."""

import os
from datetime import UTC, datetime

import pytest

from mltrack.query.keys import metric_key
from mltrack.query.where import parse
from mltrack.store.store import Store
from mltrack.tracking.catalog import search
from mltrack.tracking.catalog.wanted import Wanted
from mltrack.tracking.entities import MetricSummary, RunRecord, RunStatus
from tests.support import records
from tests.support.catalog import lies, misfiled

JUST_NOW_NS = 123_456_789
"""Stands for the time of a file that was written in the moment of reading."""


def put(store: Store, run_id: str, **metrics: float) -> None:
    records.put(
        store,
        RunRecord(
            id=run_id,
            name="run",
            experiment="default",
            experiment_id="g6uo5qoodf",
            status=RunStatus.FINISHED,
            started=datetime(2026, 1, int(run_id[6:8]), 12, tzinfo=UTC),
            metrics={
                name: MetricSummary(last=value, last_step=0, min=value, max=value, count=1)
                for name, value in metrics.items()
            },
        ),
    )


def found(store: Store, where: str) -> list[str]:
    wanted = Wanted(where=where, condition=parse(where))
    return [run.id for run in search.search(store, wanted).runs]


def test_what_was_laid_over_the_tables_leaves_no_key_behind(
    store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    old, new = "20260130-120000-aaaaaaaa", "20260131-120000-bbbbbbbb"
    put(store, old, loss=0.5, acc=0.1)
    put(store, new, loss=0.2)
    os.utime(store.layout.run_folder(new) / "run.yaml", ns=(0, JUST_NOW_NS))
    monkeypatch.setattr(
        "mltrack.tracking.catalog.keeping.is_racy", lambda mtime_ns, *_: mtime_ns == JUST_NOW_NS
    )
    assert [run.id for run in search.newest(store, 20).runs] == [new, old]
    assert misfiled(store) == lies(store) == []
    assert found(store, "metrics.loss > 0.4") == [old]
    assert found(store, "metrics.acc < 0.4") == [old]
    best = search.search(store, Wanted(best=metric_key("acc"))).runs
    assert [run.id for run in best] == [old, new]
