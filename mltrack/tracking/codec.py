"""run.yaml: its key names, and the way from bytes to a record and back."""

from collections.abc import Mapping
from typing import Any

from mltrack.errors import IntegrityError, MltrackError
from mltrack.store import clock
from mltrack.store.ids import is_id
from mltrack.store.yaml_reader import mapping_of
from mltrack.store.yaml_writer import dump
from mltrack.tracking.entities import MetricSummary, RunRecord, RunStatus

FORMAT = 1


def decode(data: bytes, source: str) -> RunRecord:
    """Return the record that a run.yaml holds.

    Raises:
        IntegrityError: it is no run.yaml, or of a newer format.
    """
    fields = mapping_of(data, source)
    version = fields.get("format")
    if not isinstance(version, int) or version > FORMAT:
        raise IntegrityError(f"{source} is of format {version!r}; this mltrack reads {FORMAT}")
    try:
        return _record(fields)
    except (KeyError, TypeError, ValueError, AttributeError, MltrackError) as error:
        raise IntegrityError(
            f"{source}: a field is missing or of the wrong kind ({error})"
        ) from None


def _record(fields: dict[str, Any]) -> RunRecord:
    experiment = fields["experiment"]
    ended = fields.get("ended")
    if not is_id(fields["id"]):
        raise ValueError(f"{fields['id']!r} is not a run id")
    return RunRecord(
        id=fields["id"],
        name=str(fields["name"]),
        experiment=str(experiment["name"]),
        experiment_id=str(experiment["id"]),
        status=RunStatus(fields["status"]),
        started=clock.from_text(fields["started"]),
        ended=clock.from_text(ended) if ended else None,
        user=fields.get("user"),
        host=fields.get("host"),
        params=_mapping(fields, "params"),
        tags=_mapping(fields, "tags"),
        metrics={str(k): _summary(v) for k, v in _mapping(fields, "metrics").items()},
        code=_mapping(fields, "code"),
        project=_mapping(fields, "project"),
        environment=_mapping(fields, "environment"),
        seen={str(k): int(v) for k, v in _mapping(fields, "seen").items()},
        dropped=int(fields.get("dropped") or 0),
        error=str(fields.get("error") or ""),
    )


def _mapping(fields: Mapping[str, Any], key: str) -> dict[str, Any]:
    value = fields.get(key) or {}
    if not isinstance(value, dict):
        raise TypeError(f"{key} is no mapping")
    return value


def _summary(fields: Mapping[str, Any]) -> MetricSummary:
    return MetricSummary(
        last=float(fields["last"]),
        last_step=int(fields["last_step"]),
        min=float(fields["min"]),
        max=float(fields["max"]),
        count=int(fields["count"]),
    )


def encode(fields: Mapping[str, Any]) -> bytes:
    """Return the bytes of a run.yaml with these fields, `format` first."""
    return dump({"format": FORMAT, **fields})


def summary_fields(
    last: float, last_step: int, low: float, high: float, count: int
) -> dict[str, Any]:
    """Return a metric's summary as it stands in run.yaml."""
    return {"last": last, "last_step": last_step, "min": low, "max": high, "count": count}
