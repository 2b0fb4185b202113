"""mltrack logs: the output that a run printed."""

from mltrack.cli.options import RunArgument
from mltrack.cli.output import show


def logs(run: RunArgument) -> None:
    """Print what a run printed, as far as this machine kept it.

    Examples:
      mltrack logs 1
    """
    from mltrack.api.runs import output_of

    show(output_of(run))
