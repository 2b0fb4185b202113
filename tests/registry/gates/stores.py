"""A project whose store has gates, and evaluations to open them."""

from collections.abc import Mapping
from typing import Any

import mltrack
from mltrack.registry.entities import Version
from mltrack.store import yaml_writer
from tests.registry.project import Project

DATA, OTHER = "3b7efb12" * 8, "aa11bb22" * 8


def guard(project: Project, *rules: Mapping[str, Any], stage: str = "production") -> None:
    """Set the gates of a stage."""
    text = yaml_writer.dump({"format": 1, "gates": {stage: [dict(rule) for rule in rules]}})
    (project.store.root / "config.yaml").write_bytes(text)


def evaluate(version: Version, data: str = DATA, digest: str = "", **figures: float) -> str:
    """Keep figures of a version as `mltrack evaluate` does, and return the run."""
    tags = {"evaluate.version": version.id}
    with mltrack.start_run(experiment="evaluation", tags=tags) as run:
        run.log_metrics(figures, data=data, model=digest or version.digest)
    return run.id
