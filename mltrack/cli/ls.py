"""mltrack ls: list runs."""

from typing import TYPE_CHECKING, Annotated, Any

import typer

from mltrack.cli.bar import bar
from mltrack.cli.options import (
    AllOption,
    BranchOption,
    ExperimentOption,
    LimitOption,
    MaxOption,
    MineOption,
    MinOption,
    OutputOption,
    ParentOption,
    RevOption,
    SinceOption,
    SortOption,
    StatusOption,
    WhereOption,
    WithTagOption,
)
from mltrack.cli.output import Format, say, show_listing, warn
from mltrack.errors import UsageError

if TYPE_CHECKING:
    from mltrack.api.run import Run
    from mltrack.api.search import Runs

NEWEST = 20
_DEEPER = "  "


def ls(
    where: WhereOption = None,
    max: MaxOption = None,
    min: MinOption = None,
    sort: SortOption = None,
    columns: Annotated[
        str | None,
        typer.Option("--columns", metavar="KEYS", help="Show these: 'lr, min loss as best, acc'."),
    ] = None,
    group: Annotated[
        str | None,
        typer.Option("--group", metavar="KEYS", help="One row for runs that differ in these only."),
    ] = None,
    by: Annotated[
        str | None,
        typer.Option("--by", metavar="KEYS", help="One row for each value of these."),
    ] = None,
    experiment: ExperimentOption = None,
    status: StatusOption = None,
    since: SinceOption = None,
    tag: WithTagOption = None,
    mine: MineOption = False,
    parent: ParentOption = None,
    children: Annotated[
        bool, typer.Option("--children", help="Behind each run those that belong to it.")
    ] = False,
    rev: RevOption = None,
    branch: BranchOption = None,
    limit: LimitOption = NEWEST,
    all: AllOption = False,
    deleted: Annotated[bool, typer.Option("--deleted", help="Also removed runs.")] = False,
    spark: Annotated[
        str | None, typer.Option("--spark", metavar="KEY", help="Draw a metric as a small curve.")
    ] = None,
    watch: Annotated[
        bool, typer.Option("--watch", help="Draw it anew every 2 s, until ^C; on a terminal.")
    ] = False,
    output: OutputOption = Format.TABLE,
) -> None:
    """List runs, the newest first.

    Columns are what tells the runs apart: every metric and parameter that is not the same in all.

    Examples:
      mltrack ls
      mltrack ls --max acc --limit 5
      mltrack ls --where 'metrics.acc > 0.9 and params.solver = "saga"'
      mltrack ls --columns 'name, lr, min loss as best' --sort 'acc desc'
      mltrack ls --group seed --max acc
      mltrack ls --branch main..HEAD --mine --since '3 days ago'
      mltrack ls --spark loss --watch
      mltrack ls --all --output csv > runs.csv
    """
    given = locals() | {"watch": False}
    if watch:
        from mltrack.cli.watching import watched

        watched(lambda: ls(**given))
    from mltrack.api.search import search_runs

    if group and by:
        raise UsageError("--group and --by exclude each other", fix="name only one")
    is_grouped = bool(group or by)
    if is_grouped and children:
        raise UsageError("--children shows single runs, and groups have none")
    with bar("reading") as progress:
        runs = search_runs(
            where,
            max=max,
            min=min,
            sort=sort,
            limit=None if all or is_grouped else limit,
            experiment=experiment,
            status=status,
            since=since,
            tag=tag or (),
            mine=mine,
            parent=parent,
            children=children,
            deleted=deleted,
            rev=rev,
            branch=branch,
            progress=progress,
        )
    for warning in runs.warnings:
        warn(warning)
    if not runs:
        narrowing = (where, experiment, parent, status, since, tag, mine, rev, branch)
        say(_why_none(runs, narrowed=any(narrowing)))
    if is_grouped and runs:
        from mltrack.api.groups import Ranking, groups_of
        from mltrack.cli.groups import show_groups

        ranking = Ranking(max, min, sort)
        found = groups_of(runs, over=group, by=by, columns=columns, ranking=ranking)
        show_groups(output, found, None if all else limit)
        return
    rows, shown = _shown(output, runs, max or min or _sorted_by(runs, sort), columns)
    if spark and output in {Format.TABLE, Format.MD}:
        rows, shown = _with_sparks(rows, shown, runs, spark)
    show_listing(output, "runs", rows, shown)


def _sorted_by(runs: "Runs", sort: str | None) -> str | None:
    from mltrack.api.choosing import sorted_by

    return sorted_by(runs, sort) if sort and runs else None


def _with_sparks(
    rows: list[dict[str, Any]], columns: list[str], runs: "Runs", key: str
) -> tuple[list[dict[str, Any]], list[str]]:
    """Return rows and columns with the curve of a metric behind the name."""
    from mltrack.api.sparks import spark_column

    title = f"{key} curve"
    drawn = spark_column(runs, key)
    shown = [row | {title: curve} for row, curve in zip(rows, drawn, strict=True)]
    return shown, [*columns[:2], title, *columns[2:]]


def _why_none(runs: "Runs", *, narrowed: bool) -> str:
    if runs.removed:
        return f"no runs; left out for being removed: {runs.removed} (add --deleted)"
    return "no runs" if narrowed else "no runs yet: mltrack run PATH"


def _shown(
    output: Format, runs: "Runs", best: str | None, columns: str | None
) -> tuple[list[dict[str, Any]], list[str]]:
    """Return rows and columns: everything for programs, for people what tells runs apart."""
    from mltrack.api.run_rows import telling_table, whole_table

    records = [run.record for run in runs]
    if columns is not None and runs:
        return _chosen(output, runs, columns)
    if output not in {Format.TABLE, Format.MD}:
        table, titles = whole_table(records)
        parents = [{"parent": run.parent} if runs.depths else {} for run in runs]
        return [row | more for row, more in zip(table, parents, strict=True)], titles
    rows, titles = telling_table(records, best=best)
    return [row | _for_people(run, runs) for row, run in zip(rows, runs, strict=True)], titles


def _chosen(output: Format, runs: "Runs", columns: str) -> tuple[list[dict[str, Any]], list[str]]:
    """Return the columns that were asked for; JSON keeps its form, whatever they are."""
    from mltrack.api.choosing import chosen_columns, chosen_row

    chosen = chosen_columns(runs, columns)
    if output in {Format.JSON, Format.JSONL}:
        return [run.summary() for run in runs], []
    is_read = output in {Format.TABLE, Format.MD}
    rows = [run.row() | (_for_people(run, runs) if is_read else {}) for run in runs]
    return [dict(chosen_row(row, chosen)) for row in rows], [column.title for column in chosen]


def _for_people(run: "Run", runs: "Runs") -> dict[str, str]:
    removed = ", removed" if run.record.hidden else ""
    depth = runs.depths.get(run.id, 0)
    return {"id": f"{_DEEPER * depth}{run.handle}", "status": f"{run.status}{removed}"}
