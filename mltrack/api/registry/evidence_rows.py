"""On what a decision was based, as rows that JSON can hold; their keys stay as they are."""

from typing import Any

from mltrack.registry.entities import Evaluation, GateResult
from mltrack.store.journal import jsonable

Row = dict[str, Any]


def gate_row(gate: GateResult) -> Row:
    """Return whether a gate was met, and what was found."""
    return {"gate": gate.gate, "passed": gate.passed, "found": gate.found}


def evaluation_row(found: Evaluation) -> Row:
    """Return what an evaluation found of a version, and on which data."""
    return {"run": found.run, "data": found.data, "metrics": jsonable(dict(found.metrics))}
