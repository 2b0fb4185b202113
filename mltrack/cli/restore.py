"""mltrack restore: bring removed runs back."""

from mltrack.cli.options import RunsArgument
from mltrack.cli.output import say


def restore(runs: RunsArgument) -> None:
    """Bring removed runs back.

    `mltrack ls --deleted` shows them too.

    Examples:
      mltrack restore kfxhqz
    """
    from mltrack.api.runs import restore_runs

    for run in restore_runs(runs):
        say(f"restored {run.handle} ({run.name})")
