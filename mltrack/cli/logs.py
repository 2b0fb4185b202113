"""mltrack logs: the output that a run printed."""

import shutil
import sys

from mltrack.cli.options import RunArgument


def logs(run: RunArgument) -> None:
    """Print the output of a run.

    `mltrack run` keeps it, on the machine where it ran.

    Examples:
      mltrack logs 1
    """
    from mltrack.api.runs import output_path

    with output_path(run).open("rb") as kept:
        shutil.copyfileobj(kept, sys.stdout.buffer)
