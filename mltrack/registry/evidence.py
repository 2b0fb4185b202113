"""What the run of a version says for it, at the moment of a decision."""

from mltrack.errors import MltrackError
from mltrack.registry.entities import Evidence, Version
from mltrack.store.store import Store
from mltrack.tracking.entities import RunRecord
from mltrack.tracking.reader import load_run


def evidence_of(run: RunRecord | None) -> Evidence:
    """Return what a run says now; nothing when there is none."""
    if run is None:
        return Evidence()
    return Evidence(run=run.id, metrics={name: s.last for name, s in run.metrics.items()})


def evidence_for(store: Store, version: Version) -> Evidence:
    """Return what the run of a version says now, or what it said at registration if it is gone."""
    if version.source.run is None:
        return version.evidence
    try:
        return evidence_of(load_run(store, version.source.run))
    except MltrackError:
        return version.evidence
