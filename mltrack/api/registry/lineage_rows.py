"""Where a version comes from, as rows that JSON can hold; their keys stay as they are."""

from typing import Any

from mltrack.api.registry.evidence_rows import evaluation_row, gate_row
from mltrack.api.registry.rows import history_row, version_row, whole_version
from mltrack.api.runs.rows import code_row, who_ran
from mltrack.registry.entities import HistoryEntry, Request, name_of
from mltrack.registry.lineage.entities import FromData, Lineage
from mltrack.store import clock
from mltrack.store.journal import jsonable
from mltrack.tracking.entities import RunRecord

Row = dict[str, Any]
_OF_A_MOVE = (
    *("time", "by", "kind", "label", "from", "to", "reason"),
    *("forced", "unpushed", "request", "gates", "evaluations", "event"),
)


def lineage_row(found: Lineage) -> Row:
    """Return a version with where it comes from and what became of it."""
    run = found.run
    return {
        **whole_version(found.version),
        "deleted": found.deleted,
        "ran": who_ran(run) if run else None,
        "params": jsonable(dict(run.params)) if run else {},
        "code": code_row(run) if run else {},
        "data": _data(run) if run else [],
        "environment": _environment(found, run) if run else {},
        "parents": [
            {"kind": one.kind, "name": one.name, "through": one.through or None}
            for one in found.parents
        ],
        "verified": dict(found.verdict),
        "evaluations": [evaluation_row(one) for one in found.evaluations],
        "altered_evaluations": list(found.altered),
        "requests": [_request(one) for one in found.requests],
        "stages": [_move(entry, found.version.id) for entry in found.moves],
    }


def _data(run: RunRecord) -> list[Row]:
    return [{"name": name, **jsonable(dict(facts))} for name, facts in run.inputs.items()]


def _environment(found: Lineage, run: RunRecord) -> Row:
    told = {"packages": len(found.packages), "lock": found.lock or None}
    return {**jsonable(dict(run.environment)), **told}


def _request(request: Request) -> Row:
    return {
        "event": request.event,
        "stage": request.stage,
        "by": name_of(request.actor),
        "time": clock.to_text(request.time.timestamp()),
        "reason": request.reason,
        "approvals": [name_of(one.actor) for one in request.reviews if one.approves],
        "gates": [gate_row(gate) for gate in request.evidence.gates],
    }


def _move(entry: HistoryEntry, version: str) -> Row:
    """Return an event, and as `stage` where it put the version, which it may only have replaced."""
    row = history_row(entry)
    return {"stage": dict(entry.moved)[version], **{key: row[key] for key in _OF_A_MOVE}}


def from_data_row(found: FromData) -> Row:
    """Return a version that came from a data set."""
    return {
        "model": found.version.model,
        **version_row(found.version),
        "label": found.version.label,
        "input": found.name,
        "data": found.facts.get("digest"),
        "source": found.facts.get("source"),
    }
