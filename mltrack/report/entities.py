"""What a report is made of once all is read: frozen, free of files and of HTML."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from mltrack.charts.thinning import Curve
from mltrack.query.comparing import Difference
from mltrack.registry.entities import ModelState
from mltrack.store.manifest import Entry
from mltrack.tracking.entities import RunRecord


@dataclass(frozen=True, slots=True, kw_only=True)
class Picture:
    """A picture that a run logged, inside the page.

    Attributes:
        run: the handle of the run.
        path: where it lies among the artifacts of the run.
        uri: a `data:` address that holds all its bytes.
    """

    run: str
    path: str
    uri: str


@dataclass(frozen=True, slots=True, kw_only=True)
class RunFacts:
    """All that a report shows of one run.

    Attributes:
        record: the run.
        handle: the letters by which people name it.
        row: the run as JSON has it, which columns are taken from; it has the ranking key too.
        curves: its curves by metric, those of one point left out.
        artifacts: the files that it logged.
        packages: the resolved packages that it had.
    """

    record: RunRecord
    handle: str
    row: Mapping[str, Any]
    curves: Mapping[str, Curve] = field(default_factory=dict)
    artifacts: tuple[Entry, ...] = ()
    packages: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class ReportFacts:
    """What a report is about.

    Attributes:
        title: its heading.
        selection: which runs these are, in words.
        made: when the report was made.
        version: the mltrack that made it.
        runs: the runs, in the order in which they are shown.
        best: the key that the runs are ranked by, such as `metrics.acc`; empty where there is none.
        highest: whether the highest of it is the best.
        differences: what differs between the first runs.
        compared: how many runs those are.
        pictures: the pictures that the page holds.
        left_out: how many pictures there was no room for, or are not on this machine.
        models: the models of the registry.
        stages: the stages that a version can be in, in order.
        warnings: what is not as it should be, one line each.
    """

    title: str
    selection: str
    made: datetime
    version: str
    runs: tuple[RunFacts, ...]
    best: str = ""
    highest: bool = True
    differences: tuple[Difference, ...] = ()
    compared: int = 0
    pictures: tuple[Picture, ...] = ()
    left_out: int = 0
    models: tuple[ModelState, ...] = ()
    stages: tuple[str, ...] = ()
    warnings: tuple[str, ...] = ()
