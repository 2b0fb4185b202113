"""mltrack export: hand runs on to other programs, or to another store."""

import io
import sys
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, TextIO, cast

import typer

from mltrack.cli.asking import agreed
from mltrack.cli.bar import bar
from mltrack.cli.cells import counted, safe
from mltrack.cli.options import ChosenRunsArgument, YesOption
from mltrack.cli.output import say, warn
from mltrack.cli.search_options import (
    BranchOption,
    ColumnsOption,
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
    from mltrack.api.exporting import Exported

STANDARD_OUTPUT = "-"


class ExportFormat(StrEnum):
    """What runs are written in."""

    CSV = "csv"
    JSONL = "jsonl"
    PARQUET = "parquet"
    ZIP = "zip"


FileOption = Annotated[
    str, typer.Option("--output", "-o", metavar="FILE", help="Where to write; - is stdout.")
]
FormatOption = Annotated[
    ExportFormat | None,
    typer.Option("--format", help="What to write; else the ending of FILE says it, or CSV."),
]
HistoryOption = Annotated[
    bool, typer.Option("--history", help="A row a point of every metric, not a row a run.")
]
NoArtifactsOption = Annotated[
    bool, typer.Option("--no-artifacts", help="Leave large files out of a zip.")
]
MostOption = Annotated[
    int | None,
    typer.Option("--limit", "-n", metavar="N", min=1, help="At most this many; else all."),
]


def export(
    runs: ChosenRunsArgument = None,
    output: FileOption = STANDARD_OUTPUT,
    format: FormatOption = None,
    columns: ColumnsOption = None,
    history: HistoryOption = False,
    no_artifacts: NoArtifactsOption = False,
    where: WhereOption = None,
    max: MaxOption = None,
    min: MinOption = None,
    sort: SortOption = None,
    experiment: OfExperimentOption = None,
    status: StatusOption = None,
    since: SinceOption = None,
    tag: WithTagOption = None,
    mine: MineOption = False,
    parent: OfParentOption = None,
    rev: RevOption = None,
    branch: BranchOption = None,
    limit: MostOption = None,
    yes: YesOption = False,
) -> None:
    """Write runs to a file for other programs, or another store.

    A row has a run with its params, the last of each metric, and its tags. Columns keep their
    types, times are in UTC, and every value is exact. A zip holds the runs themselves, with what
    was said of them and their artifacts; mltrack import merges it into another store. Runs that
    are still written to and what registries say are not in it. Without a choice all runs come.

    Examples:
      mltrack export -o runs.csv
      mltrack export --where 'metrics.acc > 0.9' -o good.parquet
      mltrack export --columns 'name, lr, min loss as best' -o table.csv
      mltrack export 1..5 --history -o curves.jsonl
      mltrack export --format jsonl | jq .name
      mltrack export @max:acc -o best.zip
    """
    from mltrack.api.exporting import export_runs

    chosen: dict[str, Any] = {"where": where, "max": max, "min": min, "sort": sort, "limit": limit}
    chosen |= {"experiment": experiment, "status": status, "since": since, "tag": tag or ()}
    chosen |= {"mine": mine, "parent": parent, "rev": rev, "branch": branch}
    there = _agreed(output, format, yes=yes)
    with bar("reading") as progress:
        done = export_runs(
            output if output != STANDARD_OUTPUT else _standard_output(),
            runs,
            format=format or "",
            columns=columns,
            history=history,
            objects=not no_artifacts,
            overwrite=there,
            progress=progress,
            **chosen,
        )
    _tell(done, output, history=history)


def _agreed(output: str, format: ExportFormat | None, *, yes: bool) -> bool:
    """Tell whether the file is there, once it was agreed that it may be replaced."""
    if output == STANDARD_OUTPUT:
        if format in {ExportFormat.PARQUET, ExportFormat.ZIP}:
            raise UsageError(f"{format} is no text", fix=f"name a file: -o runs.{format}")
        return False
    from mltrack.api.exporting import format_of

    format_of(Path(output), format or "")
    return agreed(output, yes=yes)


def _tell(done: "Exported", output: str, *, history: bool) -> None:
    for line in done.warnings:
        warn(line)
    if output != STANDARD_OUTPUT:
        points = f" with {counted(done.rows, 'point')}" if history else ""
        say(f"{counted(done.runs, 'run')}{points} in {output}")
    elif not done.runs:
        say("no runs")


def _standard_output() -> TextIO:
    if sys.stdout.isatty():
        return cast("TextIO", _Shown())
    if isinstance(sys.stdout, io.TextIOWrapper):
        sys.stdout.reconfigure(encoding="utf-8")  # as a file has it, whatever the locale
    return sys.stdout


class _Shown(io.TextIOBase):
    """Standard output that somebody looks at: no character in it is one that a terminal acts on."""

    def write(self, text: str) -> int:
        """Write a text."""
        return sys.stdout.write("\n".join(map(safe, text.split("\n"))))
