"""Say how the command of a project has ended, and exit as it did."""

from typing import TYPE_CHECKING, NoReturn

import typer

from mltrack.cli.output import say

if TYPE_CHECKING:
    from mltrack.api.projects.running import ProjectRun


def exit_as(done: "ProjectRun", seconds: float) -> NoReturn:
    """Tell of a run that has ended, and end with the exit code of its command."""
    why = f": {done.error}" if done.error else ""
    say(f"run {done.handle} {done.status} after {seconds:.1f} s{why}")
    say(f"next: mltrack show {done.handle}")
    raise typer.Exit(done.exit_code)
