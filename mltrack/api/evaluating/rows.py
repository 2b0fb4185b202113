"""An evaluation in the form that JSON has."""

from typing import Any

from mltrack.models.evaluating.comparing import differences
from mltrack.models.evaluating.entities import Evaluation
from mltrack.store.journal import jsonable


def evaluation_row(found: Evaluation) -> dict[str, Any]:
    """Return all of an evaluation, with those that it is compared with, ready for JSON."""
    return {
        **_alone(found),
        "against": [
            {**_alone(other), "differences": _differences(found, other)} for other in found.against
        ],
    }


def _alone(found: Evaluation) -> dict[str, Any]:
    return {
        "model": found.model,
        "version": found.version,
        "model_digest": found.model_digest,
        "data": {"source": found.source, "digest": found.data},
        "target": found.target,
        "task": str(found.task),
        "methods": list(found.methods),
        "positive": found.positive,
        "run": found.run,
        "metrics": jsonable(dict(found.metrics)),
        "better": {name: str(better) for name, better in found.better.items()},
        "slices": [
            {
                "by": list(part.by),
                "values": list(part.values),
                "key": part.key,
                "metrics": jsonable(dict(part.metrics)),
            }
            for part in found.slices
        ],
        "notes": list(found.notes),
    }


def _differences(found: Evaluation, other: Evaluation) -> dict[str, Any]:
    return {
        one.metric: jsonable({"difference": one.difference, "verdict": str(one.verdict) or None})
        for one in differences(found, other)
    }
