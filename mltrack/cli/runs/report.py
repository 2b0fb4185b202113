"""mltrack report: a page about runs, or a comment for a pull request."""

from collections.abc import Mapping
from pathlib import Path
from typing import Annotated, Any

import typer

from mltrack.cli.asking import agreed
from mltrack.cli.bar import bar
from mltrack.cli.cells import counted, safe, size
from mltrack.cli.options import ChosenRunsArgument, YesOption
from mltrack.cli.output import say, show, warn
from mltrack.cli.search_options import (
    AllOption,
    LimitOption,
    MaxOption,
    MineOption,
    MinOption,
    OfExperimentOption,
    OfParentOption,
    SinceOption,
    SortOption,
    StatusOption,
    WhereOption,
    WithTagOption,
)
from mltrack.errors import UsageError

NEWEST = 100
_PAGE = Path("report.html")
_STANDARD_OUTPUT = Path("-")
_LONGEST_COMMENT = 65_536


def report(
    runs: ChosenRunsArgument = None,
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
    limit: LimitOption = NEWEST,
    all: AllOption = False,
    title: Annotated[
        str | None, typer.Option("--title", metavar="TEXT", help="The heading of the page.")
    ] = None,
    output: Annotated[
        Path | None,
        typer.Option(
            "--output",
            "-o",
            metavar="FILE",
            help="The file; else report.html, or stdout with --markdown.",
        ),
    ] = None,
    open: Annotated[bool, typer.Option("--open", help="Open the page in the browser.")] = False,
    yes: YesOption = False,
    markdown: Annotated[
        bool, typer.Option("--markdown", help="A comment on what this branch adds, in Markdown.")
    ] = False,
    base: Annotated[
        str | None,
        typer.Option("--base", metavar="REV", help="What --markdown compares to: origin/main."),
    ] = None,
) -> None:
    """Write a page about runs: table, curves, sweep, registry.

    The page is one file that asks for nothing. Without a choice it is about the newest runs of the
    latest experiment. With --markdown it is a comment for a pull request: the runs that a branch
    adds, their deltas, what gates found.

    Examples:
      mltrack report
      mltrack report 1..5 -o five.html --open
      mltrack report --experiment churn --max acc --title 'Churn, third sweep'
      mltrack report --markdown --base origin/main --max acc
    """
    chosen: dict[str, Any] = {
        "runs": runs or (),
        "where": where,
        "max": max,
        "min": min,
        "sort": sort,
        "experiment": experiment,
        "status": status,
        "since": since,
        "tag": tag or (),
        "mine": mine,
        "parent": parent,
        "limit": None if all else limit,
    }
    if markdown:
        _refuse(title is not None or open, "--title and --open belong to a page, not to --markdown")
        file = None if output == _STANDARD_OUTPUT else output
        _comment(base or "origin/main", chosen, file, yes=yes)
        return
    _refuse(base is not None, "--base belongs to --markdown")
    _refuse(output == _STANDARD_OUTPUT, "a page is a file, and - is standard output")
    path = output or _PAGE
    agreed(path, yes=yes)
    address = _page(path, {**chosen, "title": title})
    say(f"look at it: {address}")
    if open:
        _open(address)


def _open(address: str) -> None:
    import webbrowser

    if not webbrowser.open(address):
        warn("no browser could be opened")


def _refuse(wrong: bool, message: str) -> None:
    if wrong:
        raise UsageError(message, fix="mltrack report --help")


def _page(path: Path, options: Mapping[str, Any]) -> str:
    """Write the page and return its address."""
    from mltrack.api.reports.page import write_report

    with bar("reading") as progress:
        written = write_report(path, **options, overwrite=True, progress=progress)
    for warning in written.warnings:
        warn(warning)
    show(safe(f"{path}"))
    say(f"{counted(written.runs, 'run')}, {size(written.size_bytes)}")
    return written.path.as_uri()


def _comment(base: str, chosen: Mapping[str, Any], output: Path | None, *, yes: bool) -> None:
    from mltrack.api.reports.branch import branch_report, write_comment

    if output is not None:
        agreed(output, yes=yes)
    text = branch_report(base, **chosen)
    if len(text) > _LONGEST_COMMENT:
        warn(f"{len(text):,} characters are more than a comment on GitHub holds; try --limit 20")
    if output is None:
        show(text.rstrip("\n"))
        return
    write_comment(output, text, overwrite=True)
    show(safe(f"{output}"))
