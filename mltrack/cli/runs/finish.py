"""mltrack finish: close a run."""

from enum import StrEnum
from typing import Annotated

import typer

from mltrack.cli import completing
from mltrack.cli.output import say, show


class Ending(StrEnum):
    """How a run can be said to have ended."""

    FINISHED = "finished"
    FAILED = "failed"
    KILLED = "killed"
    LOST = "lost"


def finish(
    run: Annotated[
        str | None,
        typer.Argument(
            metavar="[RUN]",
            help="Else MLTRACK_RUN_ID, else the only started run.",
            autocompletion=completing.runs,
        ),
    ] = None,
    as_: Annotated[
        Ending | None,
        typer.Option("--as", help="How it ended; else finished, for a run that `start` opened."),
    ] = None,
) -> None:
    """Close a run.

    It is one that `mltrack start` opened, or one whose process is gone (`--as lost`).

    Examples:
      mltrack finish
      mltrack finish kfxhqz --as failed
      mltrack finish 1 --as lost
    """
    from mltrack.api.tracking.shell import finish_detached

    ended = finish_detached(run, as_=as_.value if as_ else None)
    show(ended.id)
    say(f"{ended.handle} ({ended.name}) is {ended.status}; see it: mltrack show {ended.handle}")
