"""A run's record as one line of JSON, and back: what the catalog keeps of it whole."""

import json
from datetime import datetime
from typing import Any

from mltrack.tracking.entities import MetricSummary, Note, RunRecord, RunStatus

_AS_THEY_ARE = (
    *("id", "name", "experiment", "experiment_id", "user", "user_source", "host", "parent", "job"),
    *("params", "tags", "code", "project", "environment", "inputs", "seen", "digests"),
    *("dropped", "error", "traceback", "deleted"),
)
_encode = json.JSONEncoder(separators=(",", ":")).encode


def encode(record: RunRecord) -> str:
    """Return a record as JSON; what its experiment is called now is not part of it."""
    fields: dict[str, Any] = {name: getattr(record, name) for name in _AS_THEY_ARE}
    metrics = record.metrics.items()
    fields["status"] = str(record.status)
    fields["started"] = record.started.isoformat()
    fields["ended"] = record.ended and record.ended.isoformat()
    fields["metrics"] = {n: [s.last, s.last_step, s.min, s.max, s.count] for n, s in metrics}
    fields["notes"] = list(record.notes)
    fields["writers"] = list(record.writers)
    fields["warnings"] = list(record.warnings)
    return _encode(fields)


def decode(text: str) -> RunRecord:
    """Return the record that such JSON holds."""
    fields = json.loads(text)
    ended = fields["ended"]
    fields["status"] = RunStatus(fields["status"])
    fields["started"] = datetime.fromisoformat(fields["started"])
    fields["ended"] = ended and datetime.fromisoformat(ended)
    fields["metrics"] = {name: _summary(*numbers) for name, numbers in fields["metrics"].items()}
    fields["notes"] = tuple(Note(*note) for note in fields["notes"])
    fields["writers"] = tuple(fields["writers"])
    fields["warnings"] = tuple(fields["warnings"])
    return RunRecord(**fields)


def _summary(last: float, last_step: int, low: float, high: float, count: int) -> MetricSummary:
    return MetricSummary(last=last, last_step=last_step, min=low, max=high, count=count)
