"""mltrack register: give a model a name and a version."""

import re
import shlex
from typing import Annotated

import typer

from mltrack.cli import completing
from mltrack.cli.asking import confirm
from mltrack.cli.cells import safe
from mltrack.cli.options import ReasonOption, YesOption
from mltrack.cli.output import say, show

_BY_NUMBER = re.compile(r"(?P<start>runs:/)?(?P<number>[0-9]+)(?P<path>(?(start)(?:/.*)?))\Z")


def register(
    source: Annotated[
        str,
        typer.Argument(
            metavar="SOURCE", help="A run that has one model, runs:/RUN/model, or ./a/folder."
        ),
    ],
    name: Annotated[
        str,
        typer.Argument(
            metavar="NAME", help="The model, an old or a new one.", autocompletion=completing.models
        ),
    ],
    description: Annotated[
        str, typer.Option("--description", metavar="TEXT", help="What there is to say of it.")
    ] = "",
    reason: ReasonOption = None,
    yes: YesOption = False,
) -> None:
    """Give a model a name and a version.

    It starts in the first stage. The same model of the same run is registered only once. A number
    means another run tomorrow, so it is asked for on a terminal and needs --yes elsewhere.

    Examples:
      mltrack register @max:acc churn
      mltrack register runs:/kfxhqz/model churn -m "first with the new features"
      mltrack register ./model churn
    """
    from mltrack.api.registry.registering import register_model

    chosen = _confirmed(source, name, yes=yes)
    version = register_model(chosen, name, description=description, reason=reason or "")
    for note in version.notes:
        say(note)
    show(safe(version.uri))
    say(f"next: mltrack promote {shlex.quote(version.uri)} -m WHY  (--to STAGE, else the next one)")


def _confirmed(source: str, name: str, *, yes: bool) -> str:
    """Return a source with the run's id in place of its number, once that run is agreed to."""
    from mltrack.api.runs.runs import get_run

    numbered = _BY_NUMBER.match(source)
    if numbered is None:
        return source
    run = get_run(numbered["number"])
    say(f"{run.handle}  {run.name}  {run.status}")
    confirm(f"register it as {name}?", yes=yes, why="a number was given, not a handle")
    return f"{numbered['start'] or ''}{run.id}{numbered['path']}"
