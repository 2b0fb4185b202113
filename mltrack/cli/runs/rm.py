"""mltrack rm: remove runs from the listings."""

from mltrack.cli.asking import confirm
from mltrack.cli.cells import counted
from mltrack.cli.options import ReasonOption, RunsArgument, YesOption
from mltrack.cli.output import say


def rm(runs: RunsArgument, reason: ReasonOption = None, yes: YesOption = False) -> None:
    """Remove runs from the listings.

    Their files stay, and `mltrack restore` brings them back, in any clone. A run whose model is
    registered is not removed until that version is archived.

    A number means another run tomorrow, so it is asked for on a terminal and needs --yes elsewhere.

    Examples:
      mltrack rm kfxhqz --reason "wrong data"
      mltrack rm 2..4 --yes
    """
    from mltrack.api.runs.removal import remove_runs
    from mltrack.api.runs.runs import distinct_runs

    chosen = distinct_runs(runs)
    for run in chosen:
        say(f"{run.handle}  {run.name}  {run.status}")
    if any(_is_position(text) for text in runs):
        confirm(
            f"remove {counted(len(chosen), 'run')}?",
            yes=yes,
            why="a number was given, not a handle",
        )
    remove_runs([run.id for run in chosen], reason or "")
    handles = " ".join(run.handle for run in chosen)
    say(f"removed; to have them back: mltrack restore {handles}")


def _is_position(text: str) -> bool:
    return text.replace("..", "").isdigit()
