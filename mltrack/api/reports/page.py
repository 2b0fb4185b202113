"""Write a report: one page with all that some runs logged, which needs nothing but itself."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Unpack

from mltrack.api.output_files import place_of, written
from mltrack.api.reports.chosen import NEWEST, Chosen, Found, chosen_by, runs_of_page
from mltrack.api.reports.facts import compared_runs, curves_of, pictures_of, without_folder
from mltrack.api.runs.run import Run
from mltrack.api.runs.search_options import NarrowOptions
from mltrack.api.store import opened_store
from mltrack.charts.thinning import Curve
from mltrack.progress import Share, nobody
from mltrack.query.keys import metric_key, value_of
from mltrack.registry import reader
from mltrack.report.entities import ReportFacts, RunFacts
from mltrack.store.store import Store
from mltrack.version import __version__


@dataclass(frozen=True, slots=True, kw_only=True)
class Written:
    """A report that was written.

    Attributes:
        path: the file.
        runs: how many runs it is about.
        size_bytes: how large it is.
        warnings: what is not as it should be, one line each.
    """

    path: Path
    runs: int
    size_bytes: int
    warnings: tuple[str, ...]


def write_report(
    path: str | Path,
    runs: str | Sequence[str] = (),
    *,
    limit: int | None = NEWEST,
    title: str | None = None,
    overwrite: bool = False,
    progress: Share = nobody,
    **narrow: Unpack[NarrowOptions],
) -> Written:
    """Write a page about some runs, the newest of the latest experiment unless it is said.

    Args:
        path: the file to write.
        runs: selectors; where there are any, they cannot be narrowed.
        limit: at most so many; None means all.
        title: the heading; else what the runs have in common.
        overwrite: replace a file that is there.
        progress: is told how many histories are read.
        narrow: what `search_runs` takes, such as `where`, `experiment` or `mine`; of a metric
            that is named as `max` or `min` the best run is marked.

    Raises:
        MissingExtraError: jinja2 is not installed.
        NotFoundError: there is no such run, or none at all.
        UsageError: the choice contradicts itself or means too many runs, or the path is a folder.
        ConflictError: the file is there, and `overwrite` was not given.
        StoreWriteError: the disk refused.
    """
    from mltrack.report.page import rendered, require

    require()
    file = place_of(path, overwrite=overwrite)
    chosen = chosen_by(runs, narrow, limit)
    store = opened_store()
    found = runs_of_page(chosen, progress)
    data = rendered(_facts(store, found, chosen, title, progress))
    with written(file) as stream:
        stream.write(data)
    return Written(path=file, runs=len(found.runs), size_bytes=len(data), warnings=found.warnings)


def _facts(
    store: Store, found: Found, chosen: Chosen, title: str | None, progress: Share
) -> ReportFacts:
    best = chosen.best
    runs: list[RunFacts] = []
    curves = curves_of(found.runs, progress)
    for run, curve in zip(found.runs, curves, strict=True):
        runs.append(_run_facts(run, curve, best))
    differences, compared = compared_runs(found.runs)
    pictures, left_out = pictures_of(found.runs)
    experiments = {run.record.experiment for run in found.runs}
    listing = reader.list_models(store)
    return ReportFacts(
        title=title or (experiments.pop() if len(experiments) == 1 else store.project.name),
        selection=found.words,
        made=datetime.now(UTC),
        version=__version__,
        runs=tuple(runs),
        best=str(metric_key(best)) if best else "",
        highest=chosen.highest,
        differences=differences,
        compared=compared,
        pictures=pictures,
        left_out=left_out,
        models=listing.models,
        stages=tuple(store.settings["stages"]),
        warnings=without_folder(store, found.runs, (*found.warnings, *listing.warnings)),
    )


def _run_facts(run: Run, curves: dict[str, Curve], best: str) -> RunFacts:
    row = run.row()
    if best:
        key = metric_key(best)
        row[str(key)] = value_of(row, key)
    return RunFacts(
        record=run.record,
        handle=run.handle,
        row=row,
        curves=curves,
        artifacts=run.artifacts,
        packages=tuple(run.packages),
    )
