"""mltrack rename: give a run another name."""

from typing import Annotated

import typer

from mltrack.cli.options import RunArgument
from mltrack.cli.output import say


def rename(run: RunArgument, name: Annotated[str, typer.Argument(metavar="NAME")]) -> None:
    """Give a run another name.

    Its id and its handle stay.

    Examples:
      mltrack rename 1 baseline
    """
    from mltrack.api.runs.changes import rename_run

    renamed = rename_run(run, name)
    say(f"{renamed.handle} is now called {renamed.name}")
