"""Requests and the answers to them as rows that JSON can hold; their keys stay as they are."""

from mltrack.api.registry.evidence_rows import Row, gate_row
from mltrack.registry.entities import Request, Review, Version, name_of
from mltrack.store import clock
from mltrack.store.journal import jsonable


def request_row(request: Request, version: Version) -> Row:
    """Return a request that is open, and what others said to it."""
    return {
        "event": request.event,
        "time": clock.to_text(request.time.timestamp()),
        "by": name_of(request.actor),
        "actor": jsonable(dict(request.actor)),
        "model": version.model,
        "version": request.version,
        "label": version.label,
        "from": request.from_stage or None,
        "to": request.stage,
        "stage": version.stage,
        "reason": request.reason,
        "approved_by": [name_of(review.actor) for review in request.reviews if review.approves],
        "reviews": [_review_row(review) for review in request.reviews],
        "gates": [gate_row(gate) for gate in request.evidence.gates],
    }


def _review_row(review: Review) -> Row:
    return {
        "event": review.event,
        "time": clock.to_text(review.time.timestamp()),
        "by": name_of(review.actor),
        "actor": jsonable(dict(review.actor)),
        "approves": review.approves,
        "reason": review.reason,
        "attested": jsonable(dict(review.attested)),
    }
