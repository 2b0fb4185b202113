"""Put runs into a store as records alone, without running anything."""

from mltrack.store import clock
from mltrack.store.store import Store
from mltrack.tracking import codec
from mltrack.tracking.entities import MetricSummary, RunRecord

NUMBERS = ("last", "last_step", "min", "max", "count")


def put(store: Store, *records: RunRecord) -> None:
    """Write the run.yaml of each, in place of the one that is there."""
    for record in records:
        folder = store.layout.run_folder(record.id)
        folder.mkdir(parents=True, exist_ok=True)
        (folder / "run.yaml").write_bytes(codec.encode(fields_of(record)))


def fields_of(record: RunRecord) -> dict[str, object]:
    """Return what the run.yaml of an ended run holds."""
    return {
        "id": record.id,
        "name": record.name,
        "experiment": {"id": record.experiment_id, "name": record.experiment},
        "status": str(record.status),
        "started": clock.to_text(record.started.timestamp()),
        "ended": clock.to_text(record.ended.timestamp()) if record.ended else None,
        **{key: getattr(record, key) for key in ("user", "user_source", "host", "params", "tags")},
        "metrics": {name: _numbers(summary) for name, summary in record.metrics.items()},
        **{key: getattr(record, key) for key in ("code", "project", "environment", "inputs")},
        **{key: getattr(record, key) for key in ("parent", "job") if getattr(record, key)},
        "seen": record.seen or {"main": 1},
    }


def _numbers(summary: MetricSummary) -> dict[str, float]:
    return {key: getattr(summary, key) for key in NUMBERS}
