"""The options that choose and order runs, the same wherever runs are looked for."""

from typing import Annotated

import typer

from mltrack.cli import completing

WhereOption = Annotated[
    str | None,
    typer.Option(
        "--where",
        metavar="FILTER",
        help="""Only runs that match: 'metrics.acc > 0.9 and params.solver = "saga"'.""",
        autocompletion=completing.keys,
    ),
]
MaxOption = Annotated[
    str | None,
    typer.Option(
        "--max",
        metavar="KEY",
        help="The highest value of a metric first.",
        autocompletion=completing.metrics,
    ),
]
MinOption = Annotated[
    str | None,
    typer.Option(
        "--min",
        metavar="KEY",
        help="The lowest value of a metric first.",
        autocompletion=completing.metrics,
    ),
]
SortOption = Annotated[
    str | None,
    typer.Option(
        "--sort",
        metavar="KEY",
        help="Sorted by lr, 'metrics.acc desc', started; missing last.",
        autocompletion=completing.keys,
    ),
]
ColumnsOption = Annotated[
    str | None,
    typer.Option(
        "--columns",
        metavar="KEYS",
        help="Show these: 'lr, min loss as best, acc'.",
        autocompletion=completing.keys,
    ),
]
StatusOption = Annotated[
    str | None,
    typer.Option(
        "--status",
        metavar="STATUS",
        help="Only runs of a status: finished, or failed,killed.",
        autocompletion=completing.statuses,
    ),
]
SinceOption = Annotated[
    str | None,
    typer.Option("--since", metavar="WHEN", help="Only runs begun since 2026-01-31, '3 days ago'."),
]
WithTagOption = Annotated[
    list[str] | None,
    typer.Option(
        "--tag", "-t", metavar="NAME[=VALUE]", help="Only runs with this tag; give it many times."
    ),
]
MineOption = Annotated[bool, typer.Option("--mine", help="Only runs of your own.")]
RevOption = Annotated[
    str | None, typer.Option("--rev", metavar="REV", help="As this commit of git has it.")
]
BranchOption = Annotated[
    str | None,
    typer.Option("--branch", metavar="A..B", help="Only runs added between two commits."),
]
LimitOption = Annotated[
    int, typer.Option("--limit", "-n", metavar="N", min=1, help="At most this many.")
]
AllOption = Annotated[bool, typer.Option("--all", "-a", help="Without a limit.")]
OfExperimentOption = Annotated[
    str | None,
    typer.Option(
        "--experiment",
        metavar="NAME",
        help="Only runs of this experiment.",
        autocompletion=completing.experiments,
    ),
]
OfParentOption = Annotated[
    str | None,
    typer.Option(
        "--parent",
        metavar="RUN",
        help="Only runs that belong to this one.",
        autocompletion=completing.runs,
    ),
]
