"""mltrack logs: the output that a run printed."""

import shutil
import sys

from mltrack.cli.options import RunArgument
from mltrack.cli.output import warn


def logs(run: RunArgument) -> None:
    """Print the output of a run.

    `mltrack run` keeps it, on the machine where it ran: the end, where it is longer than the
    setting capture.output_bytes.

    Examples:
      mltrack logs 1
    """
    from mltrack.api.runs import opened_output

    with opened_output(run) as kept:
        if not kept.is_whole:
            warn("the beginning is not kept any more: it went where newer output needed its room")
        for part in kept.files:
            shutil.copyfileobj(part, sys.stdout.buffer)
