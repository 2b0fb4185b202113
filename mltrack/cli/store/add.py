"""mltrack add: stage runs for a commit."""

from typing import Annotated

import typer

from mltrack.cli import completing
from mltrack.cli.cells import counted
from mltrack.cli.output import say
from mltrack.errors import UsageError


def add(
    runs: Annotated[
        list[str] | None,
        typer.Argument(
            metavar="[RUN]...",
            help="Handles, ids, numbers, ranges such as 1..5, @latest.",
            autocompletion=completing.runs,
        ),
    ] = None,
    all: Annotated[
        bool, typer.Option("--all", "-a", help="All of the store that git has not got.")
    ] = False,
) -> None:
    """Stage runs for a commit.

    With them goes what was said of them and of their experiments. It works where the project's
    own .gitignore keeps .mltrack out, and stages nothing else. A run that is still written is
    refused; with --all it is left out.

    Examples:
      mltrack add 1
      mltrack add kfxhqz @max:acc
      mltrack add --all
    """
    from mltrack.api import commit
    from mltrack.cli.cells import size

    if bool(runs) == all:
        raise UsageError("what is to be staged? name runs, or give --all", fix="mltrack add --all")
    staged = commit.add_all() if all else commit.add_runs(runs or [])
    for run in staged.runs:
        say(f"{run.handle}  {run.name}  {run.status}")
    for run_id in staged.left_out:
        say(f"left out, for it is still written: {run_id}")
    if staged.only_here:
        objects = f"{counted(staged.only_here, 'object')} ({size(staged.only_here_bytes)})"
        say(f"only here: {objects} that git does not carry")
    if staged.files:
        say(f"staged {counted(staged.files, 'file')}; next: {staged.next}")
    else:
        say("nothing new to stage; what is staged: git diff --cached --stat")
