"""Which versions need the files of a run."""

from collections.abc import Iterable

from mltrack.registry.entities import ModelState, Version
from mltrack.registry.stages import ARCHIVED


def living_versions_of(models: Iterable[ModelState], run_id: str) -> list[Version]:
    """Return the versions that a run's files are, those left out that are archived."""
    found = (v for model in models for v in model.versions if v.source.run == run_id)
    return [version for version in found if set(version.claimed) != {ARCHIVED}]
