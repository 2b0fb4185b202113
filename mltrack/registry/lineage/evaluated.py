"""What `mltrack evaluate` found of a version: in the runs that say that they judged it."""

from mltrack.errors import UsageError
from mltrack.query.keys import Key
from mltrack.query.where import Comparison
from mltrack.registry.entities import Evaluation, Version
from mltrack.store.store import Store
from mltrack.tracking.catalog.search import search
from mltrack.tracking.catalog.wanted import Wanted
from mltrack.tracking.entities import RunRecord

_VERSION = Key("tags", "evaluate.version")
_INPUT = "data"


def evaluations_of(store: Store, version: Version) -> tuple[Evaluation, ...]:
    """Return what was found of a version, the newest first, slices left out."""
    comparison = Comparison(key=_VERSION, operator="=", literal=version.id, place=0)
    try:
        runs = search(store, Wanted(comparisons=(comparison,))).runs
    except UsageError:  # no run has such a tag
        return ()
    return tuple(map(_evaluation, runs))


def _evaluation(run: RunRecord) -> Evaluation:
    figures = {name: s.last for name, s in run.metrics.items() if "/" not in name}
    data = str(run.inputs.get(_INPUT, {}).get("digest") or "")
    return Evaluation(run=run.id, data=data, metrics=figures)
