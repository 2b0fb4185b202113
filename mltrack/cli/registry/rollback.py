"""mltrack rollback: give a stage back to the version that held it before."""

import shlex
from typing import Annotated

import typer

from mltrack.cli import completing
from mltrack.cli.cells import counted, safe
from mltrack.cli.options import UnpushedOption, WhyOption
from mltrack.cli.output import say, show


def rollback(
    name: Annotated[
        str,
        typer.Argument(
            metavar="NAME[@STAGE]",
            help="The model; a stage other than production.",
            autocompletion=completing.versions,
        ),
    ],
    reason: WhyOption,
    allow_unpushed: UnpushedOption = False,
) -> None:
    """Give a stage back to the version that held it before.

    Each rollback goes one step further back, until another version is promoted there. No gate
    stands in its way; what the gates say is recorded.

    Examples:
      mltrack rollback churn -m "recall fell by half since noon"
      mltrack rollback churn@staging -m "it cannot read the new columns"
    """
    from mltrack.api.registry.moving import rollback_model

    move = rollback_model(name, reason=reason, allow_unpushed=allow_unpushed)
    show(safe(move.words))
    for note in move.notes:
        say(note)
    if move.forced:
        say(f"{counted(len(move.unmet), 'gate')} not met: it is recorded as forced, for ever")
    say(f"next: mltrack registry history {shlex.quote(move.version.model)}")
