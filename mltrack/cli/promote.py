"""mltrack promote: move a version of a model to a stage."""

import shlex
from typing import Annotated

import typer

from mltrack.cli.cells import safe
from mltrack.cli.output import say, show


def promote(
    version: Annotated[
        str,
        typer.Argument(metavar="NAME[/VERSION]", help="The model, or one version of it."),
    ],
    reason: Annotated[
        str, typer.Option("--reason", "-m", metavar="WHY", help="Why; it is kept for ever.")
    ],
    to: Annotated[
        str | None,
        typer.Option("--to", metavar="STAGE", help="Where to; else the stage after its own."),
    ] = None,
    dry_run: Annotated[
        bool, typer.Option("--dry-run", help="Check everything and write nothing.")
    ] = False,
    force: Annotated[
        bool, typer.Option("--force", help="Promote though a gate is not met; shown for ever.")
    ] = False,
    allow_unpushed: Annotated[
        bool,
        typer.Option("--allow-unpushed", help="Promote though git does not carry all its files."),
    ] = False,
) -> None:
    """Move a version of a model to a stage.

    Without a version the latest. Staging and production hold one version: the one that is there
    goes to archived.

    Examples:
      mltrack promote churn/3 --to staging -m "best recall so far"
      mltrack promote churn@staging --to production -m "two quiet weeks"
      mltrack promote churn -m "looks good" --dry-run
    """
    from mltrack.api.promoting import promote_model

    move = promote_model(
        version,
        to=to,
        reason=reason,
        dry_run=dry_run,
        force=force,
        allow_unpushed=allow_unpushed,
        progress=say,
    )
    show(safe(move.words))
    for note in move.notes:
        say(note)
    if dry_run:
        say("nothing was written: this was a dry run")
    else:
        say(f"next: mltrack registry history {shlex.quote(move.version.model)}")
