"""mltrack ls: list runs."""

from collections.abc import Mapping
from typing import TYPE_CHECKING, Annotated, Any

import typer

from mltrack.cli import completing
from mltrack.cli.bar import bar
from mltrack.cli.options import OutputOption
from mltrack.cli.output import Format, say, warn
from mltrack.cli.search_options import (
    AllOption,
    BranchOption,
    ColumnsOption,
    LimitOption,
    MaxOption,
    MineOption,
    MinOption,
    OfExperimentOption,
    OfParentOption,
    RevOption,
    SinceOption,
    SortOption,
    StatusOption,
    WhereOption,
    WithTagOption,
)
from mltrack.errors import UsageError

if TYPE_CHECKING:
    from mltrack.api.runs.search import Runs

NEWEST = 20
_NARROWING = ("where", "experiment", "parent", "status", "since", "tag", "mine", "rev", "branch")
_WISHES = (*_NARROWING, "max", "min", "sort", "children", "deleted")
"""The options that `search_runs` takes by the same names."""
_Group = Annotated[
    str | None,
    typer.Option(
        "--group",
        metavar="KEYS",
        help="One row for runs that differ in these only.",
        autocompletion=completing.keys,
    ),
]
_By = Annotated[
    str | None,
    typer.Option(
        "--by",
        metavar="KEYS",
        help="One row for each value of these.",
        autocompletion=completing.keys,
    ),
]
_Children = Annotated[
    bool, typer.Option("--children", help="Behind each run those that belong to it.")
]
_Deleted = Annotated[bool, typer.Option("--deleted", help="Also removed runs.")]
_Spark = Annotated[
    str | None,
    typer.Option(
        "--spark",
        metavar="KEY",
        help="Draw a metric as a small curve.",
        autocompletion=completing.metrics,
    ),
]
_Watch = Annotated[
    bool, typer.Option("--watch", help="Draw it anew every 2 s, until ^C; on a terminal.")
]


def ls(
    where: WhereOption = None,
    max: MaxOption = None,
    min: MinOption = None,
    sort: SortOption = None,
    columns: ColumnsOption = None,
    group: _Group = None,
    by: _By = None,
    experiment: OfExperimentOption = None,
    status: StatusOption = None,
    since: SinceOption = None,
    tag: WithTagOption = None,
    mine: MineOption = False,
    parent: OfParentOption = None,
    children: _Children = False,
    rev: RevOption = None,
    branch: BranchOption = None,
    limit: LimitOption = NEWEST,
    all: AllOption = False,
    deleted: _Deleted = False,
    spark: _Spark = None,
    watch: _Watch = False,
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
    given = locals() | {"tag": tag or ()}
    if watch:
        from mltrack.cli.runs.watching import watched

        watched(lambda: ls(**given | {"watch": False}))
    is_grouped = _is_grouped(group, by, {"--children": children, "--spark": spark})
    most = None if all else limit
    runs = _found({word: given[word] for word in _WISHES}, None if is_grouped else most)
    if is_grouped:
        from mltrack.api.runs.groups import Ranking, groups_of
        from mltrack.cli.runs.groups import show_groups

        ranking = Ranking(max, min, sort)
        found = groups_of(runs, over=group, by=by, columns=columns, ranking=ranking)
        show_groups(output, found, most)
    else:
        from mltrack.cli.runs.run_table import show_runs

        best = max or min or _sorted_by(runs, sort)
        show_runs(output, runs, best=best, columns=columns, spark=spark)


def _is_grouped(group: str | None, by: str | None, of_single_runs: Mapping[str, object]) -> bool:
    """Tell whether a row has several runs.

    Raises:
        UsageError: that does not go with something else that was asked for.
    """
    if group and by:
        raise UsageError("--group and --by exclude each other", fix="name only one")
    for option, given in of_single_runs.items():
        if given and (group or by):
            raise UsageError(f"{option} shows single runs, and groups have none")
    return bool(group or by)


def _found(wishes: Mapping[str, Any], limit: int | None) -> "Runs":
    """Return the runs that are asked for, after saying what is not as it should be with them."""
    from mltrack.api.runs.search import search_runs

    with bar("reading") as progress:
        runs = search_runs(**wishes, limit=limit, progress=progress)
    for warning in runs.warnings:
        warn(warning)
    if not runs:
        say(_why_none(runs, narrowed=any(wishes[word] for word in _NARROWING)))
    return runs


def _why_none(runs: "Runs", *, narrowed: bool) -> str:
    if runs.removed:
        return f"no runs; left out for being removed: {runs.removed} (add --deleted)"
    return "no runs" if narrowed else "no runs yet: mltrack run PATH"


def _sorted_by(runs: "Runs", sort: str | None) -> str | None:
    from mltrack.api.runs.choosing import sorted_by

    return sorted_by(runs, sort) if sort and runs else None
