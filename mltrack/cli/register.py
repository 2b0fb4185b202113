"""mltrack register: give a model a name and a version."""

import shlex
from typing import Annotated

import typer

from mltrack.cli.options import ReasonOption
from mltrack.cli.output import safe, say, show


def register(
    source: Annotated[
        str,
        typer.Argument(
            metavar="SOURCE", help="A run that has one model, runs:/RUN/model, or ./a/folder."
        ),
    ],
    name: Annotated[str, typer.Argument(metavar="NAME", help="The model, an old or a new one.")],
    description: Annotated[
        str, typer.Option("--description", metavar="TEXT", help="What there is to say of it.")
    ] = "",
    reason: ReasonOption = None,
) -> None:
    """Give a model a name and a version.

    It starts in the first stage. The same model of the same run is registered only once.

    Examples:
      mltrack register @max:acc churn
      mltrack register runs:/kfxhqz/model churn -m "first with the new features"
      mltrack register ./model churn
    """
    from mltrack.api.registry import register_model

    version = register_model(source, name, description=description, reason=reason or "")
    for note in version.notes:
        say(note)
    show(safe(version.uri))
    say(f"next: mltrack promote {shlex.quote(version.uri)} -m WHY  (--to STAGE, else the next one)")
