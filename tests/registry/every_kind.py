"""A fact of every kind that the registry knows, all about one version, in an order that can be."""

from collections.abc import Mapping
from functools import partial
from pathlib import Path

from mltrack.registry import reader
from mltrack.registry.entities import Evaluation, Evidence, GateResult
from mltrack.registry.facts import (
    Aliased,
    Deleted,
    Described,
    Fact,
    Moved,
    NumberAssigned,
    Requested,
    Restored,
    Reviewed,
    Tagged,
)
from mltrack.registry.writing import append, changing
from mltrack.store.store import Store

KINDS = frozenset(
    {
        *("registered", "promoted", "demoted", "archived", "aliased", "unaliased", "tagged"),
        *("described", "number-assigned", "requested", "approved", "rejected", "deleted"),
        "restored",
    }
)


def facts(version: str, run: str, request: str) -> Mapping[str, Fact]:
    """Return a fact of each kind but `registered`, by kind.

    Args:
        version: the id of the version.
        run: the id of a run, which an evaluation names.
        request: the name of an event, which reviews name.
    """
    evidence = Evidence(
        run=run,
        metrics={"accuracy": 0.9},
        evaluations=(Evaluation(run=run, data="ab" * 32, metrics={"accuracy": 0.8}),),
        gates=(GateResult(gate="accuracy >= 0.7", passed=True, found="0.8"),),
    )
    moved = partial(Moved, version=version, evidence=evidence, request=request)
    return {
        "described": Described(version=None, fields={"owner": "Ada", "purpose": "a trial"}),
        "tagged": Tagged(version=version, tags={"reviewed": True, "old": None}),
        "aliased": Aliased(alias="best", version=version),
        "unaliased": Aliased(alias="best", version=None),
        "requested": Requested(version=version, stage="production", evidence=evidence),
        "approved": Reviewed(
            request=request,
            version=version,
            stage="production",
            approves=True,
            attested={"host": "github.com", "url": "https://example.org/1"},
        ),
        "rejected": Reviewed(request=request, version=version, stage="production", approves=False),
        "promoted": moved(kind="promoted", stage="production", from_stage="dev"),
        "demoted": moved(kind="demoted", stage="staging", from_stage="production", forced=True),
        "archived": moved(kind="archived", stage="archived", from_stage="staging", unpushed=True),
        "number-assigned": NumberAssigned(version=version, number=7),
        "deleted": Deleted(version=version),
        "restored": Restored(version=version),
    }


def write_each(store: Store, name: str, version: str, run: str) -> dict[str, Path]:
    """Write an event of each kind about a registered version; return the files, by kind."""
    stages = reader.stages_of(store)
    folder = store.layout.model_events(reader.folder_for(store, name, stages))
    files: dict[str, Path] = {}
    request = ""
    for kind in facts(version, run, ""):
        with changing(store, name, stages) as state:
            request = request or state.heads[-1]
            fact = facts(version, run, request)[kind]
            event = append(store, state, fact, name=name, reason=f"one that is {kind}")
        assert event.kind == kind
        request = event.name if kind == "requested" else request
        files[kind] = folder / f"{event.name}.yaml"
    return files
