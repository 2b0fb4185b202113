"""Which versions came from a data set."""

from collections.abc import Iterable, Iterator

from mltrack.registry.entities import ModelState
from mltrack.registry.lineage.entities import FromData
from mltrack.registry.lineage.gathering import run_of
from mltrack.store.store import Store


def from_data(store: Store, models: Iterable[ModelState], digest: str) -> Iterator[FromData]:
    """Yield the versions whose run used data with a digest, the oldest of each model first.

    Args:
        store: the store.
        models: the models to look at.
        digest: the digest, or what it begins with.
    """
    for state in models:
        for version in state.versions:
            run = run_of(store, version.source.run)
            for name, facts in run.inputs.items() if run else ():
                if run and str(facts.get("digest") or "").startswith(digest):
                    yield FromData(version=version, run=run, name=name, facts=facts)
