"""mltrack restore: bring removed runs back."""

from mltrack.cli.options import ReasonOption, RunsArgument
from mltrack.cli.output import say, warn


def restore(runs: RunsArgument, reason: ReasonOption = None) -> None:
    """Bring removed runs back.

    `mltrack ls --deleted` shows them too. A number counts among the removed runs only: 1 is the
    newest of them.

    Examples:
      mltrack restore kfxhqz
      mltrack restore 1
    """
    from mltrack.api.runs.removal import restore_runs

    for run in restore_runs(runs, reason or ""):
        say(f"restored {run.handle} ({run.name})")
        if run.record.experiment_deleted:
            experiment = run.record.experiment_id
            warn(f"its experiment is removed: mltrack experiment restore {experiment}")
