"""Read a whole store as its users do, and return what it says as facts."""

from collections.abc import Collection, Iterable
from pathlib import Path
from typing import NamedTuple

import mltrack
from mltrack.api.registry.models import list_models
from mltrack.api.runs.experiments import list_experiments
from mltrack.api.runs.run import Run
from mltrack.api.runs.search import search_runs
from mltrack.api.store import opened_store, use
from mltrack.errors import MltrackError
from mltrack.fsck.kinds import Severity
from tests.support.catalog import lies
from tests.torture.facts import Key, Value

HARMLESS = ("damaged rows were passed over", "so it is kept")
"""A row that was torn by a kill was never acknowledged; a removed run may be taken up again."""


ALARMING = (
    *("cannot be read", "was changed", "not an event", "does not follow", "damaged", "cut"),
    "lies",
)


class Seen(NamedTuple):
    """What a reader saw: facts, and a line for each thing that is wrong."""

    facts: dict[Key, Value]
    warnings: list[str]


def read(root: Path, closely: Collection[str] = ()) -> Seen:
    """Return what the listings say, and all that the runs in `closely` hold."""
    use(store=str(root))
    facts: dict[Key, Value] = {}
    runs = search_runs(deleted=True)
    warnings = [line for line in runs.warnings if not any(word in line for word in HARMLESS)]
    for run in runs:
        facts |= _of_run(run)
        if run.id in closely:
            facts |= _points(run) | _files(run)
            warnings += _contradictions(run)
    warnings += lies(opened_store())
    experiments = list_experiments(deleted=True)
    warnings += experiments.warnings
    for made in experiments.found:
        facts["experiment", made.id] = made.name
        facts |= {("experiment", made.id, name): value for name, value in made.tags.items()}
    models = list_models()
    warnings += models.warnings
    for model in models.models:
        facts |= {("version", model.name, v.id): True for v in model.versions}
        facts |= {("event", model.name, entry.event): True for entry in model.history}
        warnings += [f"{model.name}: two versions {n}" for n in model.contested_numbers]
    return Seen(facts, warnings)


def alarming(warnings: Iterable[str]) -> list[str]:
    """Return the warnings that tell of damage, not of branches that disagree."""
    return [line for line in warnings if any(word in line for word in ALARMING)]


def damage(root: Path, but: Collection[str] = ()) -> list[str]:
    """Return what fsck calls damage, kinds in `but` aside."""
    use(store=str(root))
    found = mltrack.check_store().of(Severity.DAMAGE)
    return [f"fsck: {f.kind} {f.where}: {f.message}" for f in found if f.kind not in but]


def _of_run(run: Run) -> dict[Key, Value]:
    record = run.record
    facts: dict[Key, Value] = {
        ("run", run.id): True,
        ("status", run.id): str(run.status),
        ("name", run.id): run.name,
        ("deleted", run.id): record.deleted,
    }
    facts |= {("param", run.id, name): value for name, value in run.params.items()}
    facts |= {("tag", run.id, name): value for name, value in run.tags.items()}
    facts |= {("note", run.id, note): True for note in map(_text, record.notes)}
    return facts


def _text(note: object) -> str:
    return str(getattr(note, "text", note))


def _points(run: Run) -> dict[Key, Value]:
    return {
        ("point", run.id, name, f"{point.value:g}"): True
        for name in run.metrics
        for point in run.history(name, all=True)
    }


def _files(run: Run) -> dict[Key, Value]:
    """Return the digest of each file that can be had, which reading checks."""
    facts: dict[Key, Value] = {}
    for entry in run.artifacts:
        try:
            run.artifact_path(entry.path)
            facts["file", run.id, entry.path] = entry.sha256
        except MltrackError as error:
            facts["file", run.id, entry.path] = error.message
    return facts


def _contradictions(run: Run) -> list[str]:
    """Return a line for each metric whose summary is not what its history says."""
    counted = {name: summary.count for name, summary in run.record.metrics.items()}
    return [
        f"run {run.id}: {count} points of {name} in the summary, not in the history"
        for name, count in counted.items()
        if count != len(run.history(name, all=True))
    ]
