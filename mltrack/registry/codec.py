"""The bodies of registry events, as they are read: each key, and what its value may be."""

from collections.abc import Callable, Mapping
from functools import partial
from typing import Any, TypeGuard, TypeVar

from mltrack.errors import IntegrityError, MltrackError
from mltrack.registry.encoding import encode
from mltrack.registry.entities import Evaluation, Evidence, GateResult, Source
from mltrack.registry.facts import (
    MAX_NUMBER,
    MOVES,
    Aliased,
    Deleted,
    Described,
    Fact,
    Moved,
    NumberAssigned,
    Registered,
    Requested,
    Restored,
    Reviewed,
    Tagged,
)
from mltrack.store.events import EVENT_NAME, NOTHING, Event
from mltrack.store.ids import SHA256, is_id
from mltrack.store.manifest import checked_path
from mltrack.store.names import check_name

__all__ = ["KINDS", "decode", "encode", "model_name"]

_T = TypeVar("_T")


def model_name(event: Event) -> str:
    """Return the true name of the model that an event is about.

    Raises:
        IntegrityError: the event names none.
    """
    try:
        return check_name(_text(event.body, "model"), "model")
    except MltrackError as error:
        raise IntegrityError(f"event {event.name}: {error.message}") from None


def decode(event: Event) -> Fact | None:
    """Return what an event says, or None when its kind is not known here.

    Raises:
        IntegrityError: a key is missing, or its value cannot be meant.
    """
    decoder = _DECODERS.get(event.kind)
    try:
        return decoder(event.body) if decoder else None
    except MltrackError as error:
        raise IntegrityError(f"event {event.name}: {error.message}") from None


def _registered(body: Mapping[str, Any]) -> Registered:
    digest = _text(body, "digest")
    if not SHA256.match(digest):
        raise IntegrityError("digest is no sha256")
    return Registered(
        version=_version(body),
        proposed=_number(body, "proposed"),
        stage=_text(body, "stage"),
        digest=digest,
        flavor=_text(body, "flavor"),
        source=_source(_mapping(body, "source")),
        evidence=_evidence(body),
        description=_text(body, "description", default=""),
    )


def _moved(kind: str, body: Mapping[str, Any]) -> Moved:
    replaces = body.get("replaces")
    if not isinstance(replaces, list) or (replaces and not all(map(_is_version, replaces))):
        raise IntegrityError("replaces must be a list of version ids")
    return Moved(
        kind=kind,
        version=_version(body),
        stage=_text(body, "stage"),
        from_stage=_text(body, "from", default=""),
        replaces=tuple(replaces),
        replaced_to=_text(body, "replaced_to", default=""),
        evidence=_evidence(body),
        displaced=_displaced(body) if "displaced" in body else (),
        forced="forced" in body and _flag(body, "forced"),
        unpushed="unpushed" in body and _flag(body, "unpushed"),
        request=_event_or_none(body, "request") if "request" in body else "",
    )


def _displaced(body: Mapping[str, Any]) -> tuple[tuple[str, str], ...]:
    found = body["displaced"]
    if not isinstance(found, list) or not all(isinstance(one, dict) for one in found):
        raise IntegrityError("displaced must be a list of mappings")
    return tuple((_version(one), _text(one, "stage")) for one in found)


def _requested(body: Mapping[str, Any]) -> Requested:
    return Requested(
        version=_version(body),
        stage=_text(body, "stage"),
        from_stage=_text(body, "from", default=""),
        evidence=_evidence(body),
    )


def _reviewed(body: Mapping[str, Any], *, approves: bool) -> Reviewed:
    request = _event_or_none(body, "request")
    if not request:
        raise IntegrityError("request must be the name of an event")
    return Reviewed(
        request=request,
        version=_version(body),
        stage=_text(body, "stage"),
        approves=approves,
        attested=_mapping(body, "attested", default=NOTHING),
    )


_DECODERS: dict[str, Callable[[Mapping[str, Any]], Fact]] = {
    "registered": _registered,
    **{kind: partial(_moved, kind) for kind in MOVES},
    "requested": _requested,
    "approved": partial(_reviewed, approves=True),
    "rejected": partial(_reviewed, approves=False),
    "number-assigned": lambda b: NumberAssigned(version=_version(b), number=_number(b, "number")),
    "aliased": lambda b: Aliased(alias=_text(b, "alias"), version=_version(b)),
    "unaliased": lambda b: Aliased(alias=_text(b, "alias"), version=None),
    "described": lambda b: Described(version=_version_or_none(b), fields=_texts(b, "fields")),
    "tagged": lambda b: Tagged(version=_version_or_none(b), tags=_mapping(b, "tags")),
    "deleted": lambda b: Deleted(version=_version_or_none(b)),
    "restored": lambda b: Restored(version=_version_or_none(b)),
}


KINDS = tuple(_DECODERS)
"""All kinds of events that are understood."""


def _source(fields: Mapping[str, Any]) -> Source:
    run = fields.get("run")
    if run is None and fields.get("files") is not True:
        raise IntegrityError("source names neither a run nor files")
    if run is not None and not _is_version(run):
        raise IntegrityError("source: run is not a run id")
    return Source(run=run, path=checked_path(_text(fields, "path")))


def _evidence(body: Mapping[str, Any]) -> Evidence:
    fields = _mapping(body, "evidence", default=NOTHING)
    run = fields.get("run")
    if run is not None and not _is_version(run):
        raise IntegrityError("evidence: run is not a run id")
    return Evidence(
        run=run,
        metrics=_mapping(fields, "metrics", default=NOTHING),
        evaluations=_each(_evaluation, fields, "evaluations") if "evaluations" in fields else (),
        gates=_each(_gate, fields, "gates") if "gates" in fields else (),
    )


def _evaluation(fields: Mapping[str, Any]) -> Evaluation:
    run = fields.get("run")
    if not _is_version(run):
        raise IntegrityError("evaluations: run is not a run id")
    metrics = _mapping(fields, "metrics", default=NOTHING)
    return Evaluation(run=str(run), data=_text(fields, "data", default=""), metrics=metrics)


def _gate(fields: Mapping[str, Any]) -> GateResult:
    return GateResult(
        gate=_text(fields, "gate"),
        passed=_flag(fields, "passed"),
        found=_text(fields, "found", default=""),
    )


def _is_version(value: object) -> TypeGuard[str]:
    return isinstance(value, str) and is_id(value)


def _version(body: Mapping[str, Any]) -> str:
    version = body.get("version")
    if not (isinstance(version, str) and is_id(version)):
        raise IntegrityError("version is not an id")
    return version


def _version_or_none(body: Mapping[str, Any]) -> str | None:
    return None if body.get("version") is None else _version(body)


def _number(body: Mapping[str, Any], key: str) -> int:
    value = body.get(key)
    if type(value) is not int or not 0 < value <= MAX_NUMBER:
        raise IntegrityError(f"{key} is no number of a version")
    return value


def _text(body: Mapping[str, Any], key: str, default: str | None = None) -> str:
    value = body.get(key)
    if isinstance(value, str) and (value or default is not None):
        return value
    if value is None and default is not None:
        return default
    raise IntegrityError(f"{key} must be a text")


def _mapping(
    body: Mapping[str, Any], key: str, default: Mapping[str, Any] | None = None
) -> dict[str, Any]:
    value = body.get(key, default)
    if not isinstance(value, dict):
        raise IntegrityError(f"{key} must map keys to values")
    return value


def _texts(body: Mapping[str, Any], key: str) -> dict[str, str]:
    fields = _mapping(body, key)
    if not all(isinstance(value, str) for value in fields.values()):
        raise IntegrityError(f"{key} must map keys to texts")
    return fields


def _each(read: Callable[[Any], _T], body: Mapping[str, Any], key: str) -> tuple[_T, ...]:
    """Return what a list of mappings says, each of them read; nothing where there is no list."""
    value = body.get(key)
    if value is None:
        return ()
    if not isinstance(value, list) or not all(isinstance(one, dict) for one in value):
        raise IntegrityError(f"{key} must be a list of mappings")
    return tuple(map(read, value))


def _flag(body: Mapping[str, Any], key: str) -> bool:
    value = body.get(key, False)
    if not isinstance(value, bool):
        raise IntegrityError(f"{key} must be true or false")
    return value


def _event_or_none(body: Mapping[str, Any], key: str) -> str:
    value = body.get(key)
    if value is None:
        return ""
    if not isinstance(value, str) or not EVENT_NAME.match(value):
        raise IntegrityError(f"{key} must be the name of an event")
    return value
