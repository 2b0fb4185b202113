"""mltrack logs: the output that a run printed."""

import shutil
import sys
import time
from typing import Annotated

import typer

from mltrack.cli.options import RunArgument
from mltrack.cli.output import warn

_SECONDS_BETWEEN = 0.25


def logs(
    run: RunArgument,
    follow: Annotated[
        bool, typer.Option("--follow", "-f", help="Go on with what comes until the run ends.")
    ] = False,
) -> None:
    """Print the output of a run.

    `mltrack run` keeps it, on the machine where it ran: the end, where it is longer than the
    setting capture.output_bytes.

    Examples:
      mltrack logs 1
      mltrack logs 1 -f
    """
    from mltrack.api.runs import followed_output, opened_output

    with opened_output(run) as kept:
        if not kept.is_whole:
            warn("the beginning is not kept any more: it went where newer output needed its room")
        for part in [] if follow else kept.files:
            shutil.copyfileobj(part, sys.stdout.buffer)
    if follow:
        for block in followed_output(run, _wait):
            sys.stdout.buffer.write(block)
            sys.stdout.buffer.flush()


def _wait() -> None:
    time.sleep(_SECONDS_BETWEEN)
