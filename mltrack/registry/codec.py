"""The bodies of registry events: which keys each kind has, and what their values may be."""

from collections.abc import Callable, Mapping
from typing import Any

from mltrack.errors import IntegrityError, MltrackError
from mltrack.registry.entities import Evidence, Source
from mltrack.registry.facts import (
    Aliased,
    Described,
    Fact,
    Moved,
    NumberAssigned,
    Registered,
    Tagged,
)
from mltrack.store.events import Event
from mltrack.store.ids import SHA256, is_id
from mltrack.store.journal import jsonable
from mltrack.store.manifest import checked_path
from mltrack.store.names import check_name

MAX_NUMBER = 10**9
_MOVES = ("promoted", "demoted", "archived")


def encode(model: str, fact: Fact) -> tuple[str, dict[str, Any]]:
    """Return the kind and the body of the event that says a fact of the model of this name."""
    kind, body = _ENCODERS[type(fact)](fact)
    return kind, {"model": model, **body}


def _registered_body(fact: Registered) -> tuple[str, dict[str, Any]]:
    body = {
        "version": fact.version,
        "proposed": fact.proposed,
        "stage": fact.stage,
        "digest": fact.digest,
        "flavor": fact.flavor,
        "source": _source_body(fact.source),
        "evidence": _evidence_body(fact.evidence),
    }
    return "registered", body | ({"description": fact.description} if fact.description else {})


def _moved_body(fact: Moved) -> tuple[str, dict[str, Any]]:
    return "promoted", {
        "version": fact.version,
        "from": fact.from_stage,
        "stage": fact.stage,
        "replaces": list(fact.replaces),
        "replaced_to": fact.replaced_to or None,
        "evidence": _evidence_body(fact.evidence),
    }


def _source_body(source: Source) -> dict[str, Any]:
    where = {"files": True} if source.run is None else {"run": source.run}
    return {**where, "path": source.path}


def _evidence_body(evidence: Evidence) -> dict[str, Any]:
    return {"run": evidence.run, "metrics": jsonable(dict(evidence.metrics))}


_ENCODERS: dict[type, Callable[[Any], tuple[str, dict[str, Any]]]] = {
    Registered: _registered_body,
    Moved: _moved_body,
    NumberAssigned: lambda f: ("number-assigned", {"version": f.version, "number": f.number}),
    Aliased: lambda f: (
        ("unaliased", {"alias": f.alias})
        if f.version is None
        else ("aliased", {"alias": f.alias, "version": f.version})
    ),
    Described: lambda f: ("described", {"version": f.version, "fields": dict(f.fields)}),
    Tagged: lambda f: ("tagged", {"version": f.version, "tags": jsonable(dict(f.tags))}),
}


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


def _moved(body: Mapping[str, Any]) -> Moved:
    replaces = body.get("replaces")
    if not isinstance(replaces, list) or not all(map(_is_version, replaces)):
        raise IntegrityError("replaces must be a list of version ids")
    return Moved(
        version=_version(body),
        stage=_text(body, "stage"),
        from_stage=_text(body, "from", default=""),
        replaces=tuple(replaces),
        replaced_to=_text(body, "replaced_to", default=""),
        evidence=_evidence(body),
    )


_DECODERS: dict[str, Callable[[Mapping[str, Any]], Fact]] = {
    "registered": _registered,
    **dict.fromkeys(_MOVES, _moved),
    "number-assigned": lambda b: NumberAssigned(version=_version(b), number=_number(b, "number")),
    "aliased": lambda b: Aliased(alias=_text(b, "alias"), version=_version(b)),
    "unaliased": lambda b: Aliased(alias=_text(b, "alias"), version=None),
    "described": lambda b: Described(version=_version_or_none(b), fields=_texts(b, "fields")),
    "tagged": lambda b: Tagged(version=_version_or_none(b), tags=_mapping(b, "tags")),
}


def _source(fields: Mapping[str, Any]) -> Source:
    run = fields.get("run")
    if run is None and fields.get("files") is not True:
        raise IntegrityError("source names neither a run nor files")
    if run is not None and not _is_version(run):
        raise IntegrityError("source: run is not a run id")
    return Source(run=run, path=checked_path(_text(fields, "path")))


def _evidence(body: Mapping[str, Any]) -> Evidence:
    fields = _mapping(body, "evidence", default={})
    run = fields.get("run")
    if run is not None and not _is_version(run):
        raise IntegrityError("evidence: run is not a run id")
    return Evidence(run=run, metrics=_mapping(fields, "metrics", default={}))


def _is_version(value: object) -> bool:
    return isinstance(value, str) and is_id(value)


def _version(body: Mapping[str, Any]) -> str:
    version = _text(body, "version")
    if not is_id(version):
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
    if value is None and default is not None:
        return default
    if not isinstance(value, str) or (default is None and not value):
        raise IntegrityError(f"{key} must be a text")
    return value


def _mapping(
    body: Mapping[str, Any], key: str, default: dict[str, Any] | None = None
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
