"""What a page about one run shows beside the run itself: its curves, and the models it is in."""

from collections.abc import Mapping
from dataclasses import dataclass

from mltrack.api.runs.run import Run
from mltrack.api.runs.sparks import sparks_of
from mltrack.api.store import opened_store
from mltrack.registry import reader
from mltrack.registry.entities import Version

_EVALUATED = "evaluate.version"
MADE_BY, EVALUATED_BY = "registered from it", "evaluated by it"


@dataclass(frozen=True, slots=True, kw_only=True)
class VersionOfRun:
    """A registered version that has to do with a run.

    Attributes:
        uri: the words by which every command finds it.
        stage: where it is; empty while branches disagree.
        why: what it has to do with the run.
    """

    uri: str
    stage: str
    why: str


@dataclass(frozen=True, slots=True, kw_only=True)
class RunPage:
    """What is to be shown beside a run.

    Attributes:
        curves: each metric of several points as one line of text.
        versions: the registered versions that came from the run, or that it evaluated.
    """

    curves: Mapping[str, str]
    versions: tuple[VersionOfRun, ...]


def run_page(run: Run) -> RunPage:
    """Return what a page about a run shows beside it."""
    evaluated = run.tags.get(_EVALUATED)
    versions = [v for m in reader.list_models(opened_store()).models for v in m.versions]
    made = [_row(v, MADE_BY) for v in versions if run.id in {v.source.run, v.evidence.run}]
    judged = [_row(v, EVALUATED_BY) for v in versions if v.id == evaluated]
    return RunPage(curves=sparks_of(run), versions=(*made, *judged))


def _row(version: Version, why: str) -> VersionOfRun:
    return VersionOfRun(uri=version.uri, stage=version.stage or "", why=why)
