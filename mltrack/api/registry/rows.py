"""Models, versions and history as rows that JSON can hold; their keys stay as they are."""

from typing import Any

from mltrack.api.registry.evidence_rows import evaluation_row, gate_row
from mltrack.api.registry.request_rows import request_row
from mltrack.registry.entities import HistoryEntry, ModelState, Version, name_of
from mltrack.registry.moves import Promotion
from mltrack.store import clock
from mltrack.store.journal import jsonable

Row = dict[str, Any]


def model_row(state: ModelState) -> Row:
    """Return what a listing shows of a model: its name, what is said of it, its versions."""
    return {
        "name": state.name,
        "fields": dict(state.fields),
        "versions": [version_row(version) for version in state.versions],
    }


def version_row(version: Version) -> Row:
    """Return what a listing shows of a version.

    `number` and `stage` are None while branches disagree on them.
    """
    return {
        "number": version.number,
        "id": version.id,
        "run": version.source.run,
        "stage": version.stage,
        "aliases": list(version.aliases),
        "digest": version.digest,
        "registered": clock.to_text(version.registered.timestamp()),
        "registered_by": name_of(version.actor),
    }


def whole_model(state: ModelState) -> Row:
    """Return all of a model; `stages` and `aliases` name versions by their ids."""
    return {
        "name": state.name,
        "fields": dict(state.fields),
        "tags": jsonable(dict(state.tags)),
        "stages": dict(state.holders),
        "aliases": dict(state.aliases),
        "contested": {
            "stages": {stage: list(ids) for stage, ids in state.contested.items()},
            "aliases": {alias: list(ids) for alias, ids in state.contested_aliases.items()},
            "numbers": {str(n): list(ids) for n, ids in state.contested_numbers.items()},
        },
        "versions": [whole_version(version) for version in state.versions],
        "deleted": [whole_version(version) for version in state.deleted],
        "requests": [request_row(one, state.version(one.version)) for one in state.requests],
        "warnings": list(state.warnings),
    }


def whole_version(version: Version) -> Row:
    """Return all of a version.

    `since` is when it came to its stage, or was deleted; None while that is contested. `forced`
    says whether it came there though a gate was not met.
    """
    return {
        "model": version.model,
        **version_row(version),
        "proposed": version.proposed,
        "claimed": list(version.claimed),
        "since": clock.to_text(version.since.timestamp()) if version.since else None,
        "forced": version.forced,
        "unpushed": version.unpushed,
        "flavor": version.flavor,
        "source": {"run": version.source.run, "path": version.source.path},
        "metrics": jsonable(dict(version.evidence.metrics)),
        "description": version.description,
        "tags": jsonable(dict(version.tags)),
        "reason": version.reason,
    }


def history_row(entry: HistoryEntry) -> Row:
    """Return one event in the life of a model."""
    return {
        "event": entry.event,
        "time": clock.to_text(entry.time.timestamp()),
        "by": name_of(entry.actor),
        "actor": jsonable(dict(entry.actor)),
        "model": entry.model,
        "version": entry.version,
        "label": entry.label,
        "kind": entry.kind,
        "from": entry.from_stage or None,
        "to": entry.to_stage or None,
        "replaces": list(entry.replaces),
        "words": entry.words,
        "reason": entry.reason,
        "run": entry.evidence.run,
        "metrics": jsonable(dict(entry.evidence.metrics)),
        "forced": entry.forced,
        "unpushed": entry.unpushed,
        "request": entry.request or None,
        "gates": [gate_row(gate) for gate in entry.evidence.gates],
        "evaluations": [evaluation_row(one) for one in entry.evidence.evaluations],
    }


def promotion_row(move: Promotion) -> Row:
    """Return a move as it was decided; `event` is None where it was not made."""
    return {
        "model": move.version.model,
        "version": move.version.id,
        "label": move.version.label,
        "kind": move.kind,
        "from": move.from_stage,
        "to": move.to_stage,
        "replaces": [version.id for version in move.replaces],
        "replaced_to": move.replaced_to or None,
        "displaced": [{"version": one.version.id, "to": one.to} for one in move.displaced],
        "met": move.is_met,
        "gates": [gate_row(gate) for gate in move.gates],
        "evaluations": [evaluation_row(one) for one in move.evaluations],
        "forced": move.forced,
        "unpushed": list(move.unpushed),
        "request": move.request or None,
        "event": move.event or None,
    }
