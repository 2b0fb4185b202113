"""mltrack ls: list runs."""

from typing import TYPE_CHECKING, Annotated, Any

import typer

from mltrack.cli.bar import bar
from mltrack.cli.options import (
    AllOption,
    ExperimentOption,
    LimitOption,
    MaxOption,
    MinOption,
    OutputOption,
    ParentOption,
    WhereOption,
)
from mltrack.cli.output import Format, say, show_listing, warn

if TYPE_CHECKING:
    from mltrack.api.run import Run
    from mltrack.api.search import Runs

NEWEST = 20


def ls(
    where: WhereOption = None,
    max: MaxOption = None,
    min: MinOption = None,
    experiment: ExperimentOption = None,
    parent: ParentOption = None,
    limit: LimitOption = NEWEST,
    all: AllOption = False,
    deleted: Annotated[bool, typer.Option("--deleted", help="Also removed runs.")] = False,
    output: OutputOption = Format.TABLE,
) -> None:
    """List runs, the newest first.

    Columns are what tells the runs apart: every metric and parameter that is not the same in all.

    Examples:
      mltrack ls
      mltrack ls --max acc --limit 5
      mltrack ls --where 'metrics.acc > 0.9 and params.solver = "saga"'
      mltrack ls --all --output csv > runs.csv
    """
    from mltrack.api.search import search_runs

    with bar("reading") as progress:
        runs = search_runs(
            where,
            max=max,
            min=min,
            limit=None if all else limit,
            experiment=experiment,
            parent=parent,
            deleted=deleted,
            progress=progress,
        )
    for warning in runs.warnings:
        warn(warning)
    if not runs:
        say(_why_none(runs, narrowed=bool(where or experiment or parent)))
    show_listing(output, "runs", *_shown(output, runs, max or min))


def _why_none(runs: "Runs", *, narrowed: bool) -> str:
    if runs.removed:
        return f"no runs; left out for being removed: {runs.removed} (add --deleted)"
    return "no runs" if narrowed else "no runs yet: mltrack run PATH"


def _shown(
    output: Format, runs: "Runs", best: str | None
) -> tuple[list[dict[str, Any]], list[str]]:
    """Return rows and columns: everything for programs, for people what tells runs apart."""
    from mltrack.api.run_rows import telling_table, whole_table

    records = [run.record for run in runs]
    if output not in {Format.TABLE, Format.MD}:
        return whole_table(records)
    rows, columns = telling_table(records, best=best)
    return [row | _for_people(run) for row, run in zip(rows, runs, strict=True)], columns


def _for_people(run: "Run") -> dict[str, str]:
    removed = ", removed" if run.record.hidden else ""
    return {"id": run.handle, "status": f"{run.status}{removed}"}
