"""Write a report: one page with all that some runs logged, which needs nothing but itself."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from mltrack.api.report_facts import compared_runs, curves_of, pictures_of
from mltrack.api.run import Run
from mltrack.api.runs import select_runs
from mltrack.api.search import search_runs
from mltrack.api.store import opened_store
from mltrack.charts.thinning import Curve
from mltrack.errors import ConflictError, NotFoundError, UsageError
from mltrack.progress import Share, nobody
from mltrack.query.keys import metric_key, value_of
from mltrack.registry import reader
from mltrack.report.entities import ReportFacts, RunFacts
from mltrack.store.atomic import write_file
from mltrack.store.store import Store
from mltrack.version import __version__

NEWEST = 100
"""So many runs are in a report unless it is said otherwise."""
MOST = 5_000
"""A page of more would be too large for a browser."""


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


@dataclass(frozen=True, slots=True, kw_only=True)
class Chosen:
    """Which runs a report is about: those that are named, or those that a filter leaves.

    Attributes:
        runs: selectors; where there are any, nothing else may be said.
        where: a filter.
        experiment: only the runs of this one; without any choice it is the latest.
        max: the metric whose highest value comes first.
        min: the metric whose lowest value comes first.
        limit: at most so many; None means all.
    """

    runs: Sequence[str] = ()
    where: str | None = None
    experiment: str | None = None
    max: str | None = None
    min: str | None = None
    limit: int | None = NEWEST


@dataclass(frozen=True, slots=True, kw_only=True)
class _Found:
    """The runs of a report, how they were chosen in words, and the warnings of that."""

    runs: tuple[Run, ...]
    words: str
    warnings: tuple[str, ...] = ()


def write_report(  # noqa: PLR0913 - each says which runs or how, and all can be left out
    path: str | Path,
    runs: str | Sequence[str] = (),
    *,
    where: str | None = None,
    experiment: str | None = None,
    max: str | None = None,  # noqa: A002 - the word that users know
    min: str | None = None,  # noqa: A002
    limit: int | None = NEWEST,
    title: str | None = None,
    overwrite: bool = False,
    progress: Share = nobody,
) -> Written:
    """Write a page about some runs, the newest of the latest experiment unless it is said.

    Args:
        path: the file to write.
        runs: selectors; where there are any, they cannot be narrowed.
        where: a filter.
        experiment: only the runs of this one.
        max: the metric whose highest value comes first.
        min: the metric whose lowest value comes first.
        limit: at most so many; None means all.
        title: the heading; else what the runs have in common.
        overwrite: replace a file that is there.
        progress: is told how many histories are read.

    Raises:
        MissingExtraError: jinja2 is not installed.
        NotFoundError: there is no such run, or none at all.
        UsageError: the choice contradicts itself or means too many runs, or the path is a folder.
        ConflictError: the file is there, and `overwrite` was not given.
        StoreWriteError: the disk refused.
    """
    from mltrack.report.page import rendered, require

    require()
    file = writable(Path(path), overwrite=overwrite)
    names = (runs,) if isinstance(runs, str) else tuple(runs)
    chosen = Chosen(runs=names, where=where, experiment=experiment, max=max, min=min, limit=limit)
    store = opened_store()
    found = _found(chosen, progress)
    data = rendered(_facts(store, found, chosen, title, progress))
    write_file(file.absolute(), data, tmp=file.absolute().parent, sync=False)
    return Written(path=file, runs=len(found.runs), size_bytes=len(data), warnings=found.warnings)


def writable(path: Path, *, overwrite: bool) -> Path:
    """Return the path of a file that may be written.

    Raises:
        UsageError: it is a folder, or lies in none.
        ConflictError: it is there, and `overwrite` was not given.
    """
    if path.is_dir():
        raise UsageError(f"{path} is a folder", fix=f"name a file, such as {path}/report.html")
    if not path.absolute().parent.is_dir():
        raise UsageError(f"there is no folder {path.parent}", fix=f"mkdir -p {path.parent}")
    if path.exists() and not overwrite:
        raise ConflictError(f"{path} is there already", fix="name another file, or overwrite it")
    return path


def _found(chosen: Chosen, progress: Share) -> _Found:
    if chosen.runs:
        if chosen.where or chosen.experiment or chosen.max or chosen.min:
            raise UsageError(
                "runs that are named cannot be narrowed",
                fix="name runs, or give --where, --experiment, --max or --min",
            )
        named = {run.id: run for run in select_runs(chosen.runs)}
        found = _Found(runs=tuple(named.values()), words=f"runs {' '.join(chosen.runs)}")
    else:
        found = _searched(chosen, progress)
    if not found.runs:
        raise NotFoundError(
            f"no runs to report: {found.words}", fix="mltrack ls shows what there is"
        )
    if len(found.runs) > MOST:
        raise UsageError(
            f"a report holds {MOST:,} runs at most, and these are {len(found.runs):,}",
            fix="narrow them: --limit 1000, or --where FILTER",
        )
    return found


def _searched(chosen: Chosen, progress: Share) -> _Found:
    experiment = chosen.experiment
    if not (experiment or chosen.where):
        newest = search_runs(limit=1)
        experiment = newest[0].record.experiment_id if newest else None
    found = search_runs(
        chosen.where,
        max=chosen.max,
        min=chosen.min,
        limit=chosen.limit,
        experiment=experiment,
        progress=progress,
    )
    name = found[0].record.experiment if found and experiment else chosen.experiment
    words = [
        f"experiment {name}" if name else "",
        f"where {chosen.where}" if chosen.where else "",
        f"highest {chosen.max} first" if chosen.max else "",
        f"lowest {chosen.min} first" if chosen.min else "",
        f"at most {chosen.limit}" if chosen.limit == len(found) else "",
    ]
    said = ", ".join(word for word in words if word) or "there are none yet"
    return _Found(runs=tuple(found), words=said, warnings=found.warnings)


def _facts(
    store: Store, found: _Found, chosen: Chosen, title: str | None, progress: Share
) -> ReportFacts:
    best = chosen.max or chosen.min
    runs: list[RunFacts] = []
    curves = curves_of(store, [run.record for run in found.runs], progress)
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
        highest=bool(chosen.max),
        differences=differences,
        compared=compared,
        pictures=pictures,
        left_out=left_out,
        models=listing.models,
        stages=tuple(store.settings["stages"]),
        warnings=(*found.warnings, *listing.warnings),
    )


def _run_facts(run: Run, curves: dict[str, Curve], best: str | None) -> RunFacts:
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
