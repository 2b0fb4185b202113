"""run.yaml: its key names, and the way from bytes to a record and back."""

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from mltrack.errors import ConflictError, IntegrityError, MltrackError
from mltrack.store.ids import is_id
from mltrack.store.yaml_writer import dump
from mltrack.tracking.fold import Summary
from mltrack.tracking.selfcheck import CHECK, is_as_written, unfitting, with_check

if TYPE_CHECKING:
    from datetime import datetime

    from mltrack.tracking.entities import MetricSummary, RunRecord

FORMAT = 1
_LAST_YEARS = (1, 9999)
CHANGED = "its record was changed after it was written"
_NEWER = "it is of format {}, newer than this mltrack knows, so not all of it may be shown"
REQUIRED = (
    *("id", "name", "experiment", "status", "started", "ended"),
    *("user", "user_source", "host"),
    *("params", "tags", "metrics", "code", "project", "environment", "seen"),
)

KNOWN = frozenset(
    (*REQUIRED, "format", "parent", "job", "inputs", "dropped", "error", "traceback")
) | {"digests", CHECK}
"""The keys that this mltrack gives a meaning; any other is kept as it is."""


def encode(fields: Mapping[str, Any], *, check: str = "") -> bytes:
    """Return the bytes of a run.yaml: `format` first, and `seen` last, so that a cut shows.

    Args:
        fields: its keys; a digest among them is not taken over.
        check: what it says for its digest, where that must not fit: of a record that was changed.
    """
    others = {key: value for key, value in fields.items() if key not in {"seen", CHECK}}
    head = dump({"format": FORMAT, **others})
    return with_check(head, dump({"seen": fields["seen"]}), check)


def summary_fields(summary: Summary) -> dict[str, Any]:
    """Return a metric's summary as it stands in run.yaml."""
    return {key: getattr(summary, key) for key in ("last", "last_step", "min", "max", "count")}


def decode(data: bytes, source: str) -> "RunRecord":
    """Return the record that a run.yaml holds; of a newer format, as much as is understood.

    Raises:
        IntegrityError: it is no run.yaml, or was cut off.
    """
    fields = _fields(data, source)
    try:
        return _record(fields, _warnings(fields, data))
    except (KeyError, TypeError, ValueError, AttributeError, ArithmeticError) as error:
        fault = f"no {error}" if isinstance(error, KeyError) else str(error)
    except MltrackError as error:
        fault = error.message
    raise IntegrityError(f"{source}: a field is missing or of the wrong kind ({fault})")


def with_other_id(data: bytes, source: str, run_id: str) -> bytes:
    """Return a run.yaml with another id, every other key as it is; one that was changed says so.

    Raises:
        IntegrityError: it is no run.yaml, or was cut off.
        ConflictError: it is of a newer format, which is only read.
    """
    fields = fields_to_rewrite(data, source)
    whole = is_as_written(data, bears_check=CHECK in fields)
    return encode({**fields, "id": run_id}, check="" if whole else unfitting(fields.get(CHECK)))


def fields_to_rewrite(data: bytes, source: str) -> dict[str, Any]:
    """Return all fields of a run.yaml as they stand there, unknown ones too.

    Raises:
        IntegrityError: it is no run.yaml, or was cut off.
        ConflictError: it is of a newer format, which is only read.
    """
    fields = _fields(data, source)
    if fields["format"] > FORMAT:
        raise ConflictError(
            f"{source} is of format {fields['format']}, newer than this mltrack writes",
            fix="pip install --upgrade mltrack-local",
        )
    return fields


def _fields(data: bytes, source: str) -> dict[str, Any]:
    from mltrack.store.yaml_reader import mapping_of

    fields = mapping_of(data, source)
    version = fields.get("format")
    if type(version) is not int or version < 1:
        raise IntegrityError(f"{source} has no format that is a number")
    missing = [key for key in REQUIRED if key not in fields]
    missing += ["seen"] if "seen" in fields and fields["seen"] is None else []
    if missing or not data.endswith(b"\n"):
        fault = f"it has no {', '.join(missing)}" if missing else "its last line does not end"
        raise IntegrityError(f"{source} is not whole: {fault}")
    return fields


def _warnings(fields: Mapping[str, Any], data: bytes) -> tuple[str, ...]:
    """Return what is to be said of a record; only a newer mltrack knows what its digest covers."""
    if fields["format"] != FORMAT:
        return (_NEWER.format(fields["format"]),)
    return () if is_as_written(data, bears_check=CHECK in fields) else (CHANGED,)


def _record(fields: dict[str, Any], warnings: tuple[str, ...]) -> "RunRecord":
    from mltrack.tracking.entities import RunRecord, RunStatus

    experiment = _mapping(fields, "experiment")
    ended = fields.get("ended")
    if not is_id(fields["id"]):
        raise ValueError(f"{fields['id']!r} is not a run id")
    return RunRecord(
        id=fields["id"],
        name=str(fields["name"]),
        experiment=str(experiment["name"]),
        experiment_id=str(experiment["id"]),
        status=RunStatus(fields["status"]),
        started=_moment(fields["started"]),
        ended=_moment(ended) if ended else None,
        user=_text(fields, "user"),
        user_source=_text(fields, "user_source"),
        host=_text(fields, "host"),
        params=_mapping(fields, "params"),
        tags=_mapping(fields, "tags"),
        metrics={k: _summary(v) for k, v in _mapping(fields, "metrics").items()},
        code=_mapping(fields, "code"),
        project=_mapping(fields, "project"),
        environment=_mapping(fields, "environment"),
        inputs=_mapping_of_mappings(fields, "inputs"),
        seen={k: int(v) for k, v in _mapping(fields, "seen").items()},
        dropped=int(fields.get("dropped") or 0),
        error=str(fields.get("error") or ""),
        traceback=str(fields.get("traceback") or ""),
        parent=_text(fields, "parent"),
        job=_text(fields, "job"),
        digests={k: str(v) for k, v in _mapping(fields, "digests").items()},
        warnings=warnings,
    )


def _moment(text: str) -> "datetime":
    from mltrack.store import clock

    moment = clock.from_text(text)
    if moment.year in _LAST_YEARS:  # one that cannot be written again is none
        clock.to_text(moment.timestamp())
    return moment


def _text(fields: Mapping[str, Any], key: str) -> str | None:
    value = fields.get(key)
    return None if value is None else str(value)


def _mapping(fields: Mapping[str, Any], key: str) -> dict[str, Any]:
    value = fields.get(key)
    if value is None:
        return {}
    if not isinstance(value, dict):
        raise TypeError(f"{key} is no mapping")
    return value


def _mapping_of_mappings(fields: Mapping[str, Any], key: str) -> dict[str, dict[str, Any]]:
    values = _mapping(fields, key)
    return {name: _mapping(values, name) for name in values}


def _summary(fields: Mapping[str, Any]) -> "MetricSummary":
    from mltrack.tracking.entities import MetricSummary

    return MetricSummary(
        last=_number(fields["last"]),
        last_step=int(fields["last_step"]),
        min=_number(fields["min"]),
        max=_number(fields["max"]),
        count=int(fields["count"]),
    )


def _number(value: object) -> float:
    if isinstance(value, bool) or not isinstance(value, int | float):
        raise TypeError(f"{value!r} is no number")
    float(value)  # too large for a double: an error
    return value
