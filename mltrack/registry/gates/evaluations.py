"""Find what `mltrack evaluate` found of a version: the runs that keep it, the newest first."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any, NamedTuple

from mltrack.errors import UsageError
from mltrack.query.keys import Key
from mltrack.query.tree import Comparison
from mltrack.registry.entities import Evaluation, Version
from mltrack.store.blobs import sha256_of
from mltrack.store.ids import SHA256
from mltrack.store.journal import decode_number
from mltrack.store.layout import METRICS
from mltrack.store.store import Store
from mltrack.tracking.catalog.search import search
from mltrack.tracking.catalog.wanted import Wanted
from mltrack.tracking.entities import RunRecord, RunStatus
from mltrack.tracking.fold import in_order
from mltrack.tracking.journals import read_journals

_VERSION = Key("tags", "evaluate.version")
_TARGET = "target"


@dataclass(frozen=True, slots=True, kw_only=True)
class Evaluated:
    """What was found of a version on some data, and what it takes to judge another one so.

    Attributes:
        source: where the data lies, or what it is called; empty where nobody knows.
        target: the column of the truth; empty where nobody knows.
    """

    evaluation: Evaluation
    source: str = ""
    target: str = ""


class Evaluations(NamedTuple):
    """What was found of a version.

    Attributes:
        found: the newest first.
        altered: the runs that do not count, because their figures were changed afterwards.
    """

    found: tuple[Evaluated, ...] = ()
    altered: tuple[str, ...] = ()


def evaluations_of(store: Store, version: Version) -> Evaluations:
    """Return what the finished evaluations of a version found, those that were removed left out.

    Only figures count that say they are of a model with the digest of the version.
    """
    comparison = Comparison(key=_VERSION, operator="=", literal=version.id)
    wanted = Wanted(condition=comparison, status=str(RunStatus.FINISHED))
    try:
        runs = search(store, wanted).runs
    except UsageError:  # no run has such a tag, or none as text
        return Evaluations()
    altered = tuple(run.id for run in runs if not _is_as_it_ended(store, run))
    newest_first = sorted((run for run in runs if run.id not in altered), key=_when, reverse=True)
    return Evaluations(
        tuple(one for run in newest_first for one in _evaluated(store, run, version.digest)),
        altered,
    )


def _when(run: RunRecord) -> tuple[datetime, str]:
    return (run.ended or run.started, run.id)


def _is_as_it_ended(store: Store, run: RunRecord) -> bool:
    """Tell whether the journal of a run has the digest that the run ended with, if it has one."""
    journal, digest = store.layout.run_folder(run.id) / METRICS, run.digests.get(METRICS)
    return digest is None or (journal.is_file() and sha256_of(journal) == digest)


def _evaluated(store: Store, run: RunRecord, model: str) -> Iterator[Evaluated]:
    """Yield the figures that a run has of a model, those of each data by themselves."""
    sources = {facts.get("digest"): str(facts.get("source") or "") for facts in run.inputs.values()}
    for data, metrics in _figures(store, run, model).items():
        yield Evaluated(
            evaluation=Evaluation(run=run.id, data=data, metrics=metrics),
            source=sources.get(data, ""),
            target=str(run.params.get(_TARGET) or ""),
        )


def _figures(store: Store, run: RunRecord, model: str) -> dict[str, dict[str, float]]:
    """Return the figures of a model by the digest of the data; after a rewind only what came then.

    That is less than what a rewind leaves, and never more.
    """
    found: dict[str, dict[str, float]] = {}
    for journal in in_order(read_journals(store, run.id)):
        for row in journal.rows:
            if row and "rewind" in row:
                found.clear()
            data = row.get("data") if row and row.get("model") == model else None
            if row and isinstance(data, str) and SHA256.match(data):
                found.setdefault(data, {}).update(_numbers(row.get("metrics")))
    return {data: metrics for data, metrics in found.items() if metrics}


def _numbers(metrics: Any) -> Iterator[tuple[str, float]]:  # noqa: ANN401 - what a row holds
    for name, raw in metrics.items() if isinstance(metrics, dict) else ():
        value = decode_number(raw)
        if value is not None:
            yield name, value
