"""The bodies of registry events, as they are written: the keys of each kind, in their order."""

from collections.abc import Callable
from typing import Any

from mltrack.registry.entities import Evidence, Source
from mltrack.registry.facts import (
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
from mltrack.store.journal import jsonable

_Body = dict[str, Any]


def encode(model: str, fact: Fact) -> tuple[str, _Body]:
    """Return the kind and the body of the event that says a fact of the model of this name."""
    kind, body = _ENCODERS[type(fact)](fact)
    return kind, {"model": model, **body}


def _registered(fact: Registered) -> tuple[str, _Body]:
    body = {
        "version": fact.version,
        "proposed": fact.proposed,
        "stage": fact.stage,
        "digest": fact.digest,
        "flavor": fact.flavor,
        "source": _source(fact.source),
        "evidence": _evidence(fact.evidence),
    }
    return "registered", body | ({"description": fact.description} if fact.description else {})


def _moved(fact: Moved) -> tuple[str, _Body]:
    body: _Body = {
        "version": fact.version,
        "from": fact.from_stage,
        "stage": fact.stage,
        "replaces": list(fact.replaces),
        "replaced_to": fact.replaced_to or None,
        "evidence": _evidence(fact.evidence),
    }
    if fact.displaced:
        body["displaced"] = [{"version": v, "stage": stage} for v, stage in fact.displaced]
    marks = {"forced": fact.forced, "unpushed": fact.unpushed, "request": fact.request}
    return fact.kind, body | {key: value for key, value in marks.items() if value}


def _requested(fact: Requested) -> tuple[str, _Body]:
    return "requested", {
        "version": fact.version,
        "from": fact.from_stage,
        "stage": fact.stage,
        "evidence": _evidence(fact.evidence),
    }


def _reviewed(fact: Reviewed) -> tuple[str, _Body]:
    body = {"request": fact.request, "version": fact.version, "stage": fact.stage}
    attested = {"attested": jsonable(dict(fact.attested))} if fact.attested else {}
    return "approved" if fact.approves else "rejected", body | attested


def _source(source: Source) -> _Body:
    where = {"files": True} if source.run is None else {"run": source.run}
    return {**where, "path": source.path}


def _evidence(evidence: Evidence) -> _Body:
    body: _Body = {"run": evidence.run, "metrics": jsonable(dict(evidence.metrics))}
    if evidence.evaluations:
        body["evaluations"] = [
            {"run": one.run, "data": one.data, "metrics": jsonable(dict(one.metrics))}
            for one in evidence.evaluations
        ]
    if evidence.gates:
        body["gates"] = [
            {"gate": one.gate, "passed": one.passed, "found": one.found} for one in evidence.gates
        ]
    return body


_ENCODERS: dict[type, Callable[[Any], tuple[str, _Body]]] = {
    Registered: _registered,
    Moved: _moved,
    Requested: _requested,
    Reviewed: _reviewed,
    NumberAssigned: lambda f: ("number-assigned", {"version": f.version, "number": f.number}),
    Aliased: lambda f: (
        ("unaliased", {"alias": f.alias})
        if f.version is None
        else ("aliased", {"alias": f.alias, "version": f.version})
    ),
    Described: lambda f: ("described", {"version": f.version, "fields": dict(f.fields)}),
    Tagged: lambda f: ("tagged", {"version": f.version, "tags": jsonable(dict(f.tags))}),
    Deleted: lambda f: ("deleted", {"version": f.version}),
    Restored: lambda f: ("restored", {"version": f.version}),
}
