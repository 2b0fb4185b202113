"""mltrack promote: move a version of a model to a stage."""

import shlex
from typing import TYPE_CHECKING, Annotated

import typer

from mltrack.cli import completing
from mltrack.cli.cells import counted
from mltrack.cli.options import SignersOption, VerdictOption
from mltrack.cli.output import VerdictFormat, say
from mltrack.cli.registry.gate_table import show_promotion
from mltrack.errors import EXIT_NO, UsageError

if TYPE_CHECKING:
    from mltrack.api.registry.proposing import Proposal


def promote(
    version: Annotated[
        str,
        typer.Argument(
            metavar="NAME[/VERSION]",
            help="The model, or one version of it.",
            autocompletion=completing.versions,
        ),
    ],
    reason: Annotated[
        str, typer.Option("--reason", "-m", metavar="WHY", help="Why; it is kept for ever.")
    ],
    to: Annotated[
        str | None,
        typer.Option(
            "--to",
            metavar="STAGE",
            help="Where to; else the stage after its own.",
            autocompletion=completing.stages,
        ),
    ] = None,
    dry_run: Annotated[
        bool,
        typer.Option("--dry-run", help="Show which gates are met, 1 if one is not; write nothing."),
    ] = False,
    force: Annotated[
        bool, typer.Option("--force", help="Promote though a gate is not met; shown for ever.")
    ] = False,
    allow_unpushed: Annotated[
        bool,
        typer.Option("--allow-unpushed", help="Promote though git does not carry all its files."),
    ] = False,
    propose: Annotated[
        bool, typer.Option("--propose", help="Ask others to approve it, and move nothing.")
    ] = False,
    signers: SignersOption = None,
    output: VerdictOption = VerdictFormat.TABLE,
) -> None:
    """Move a version of a model to a stage.

    Without a version the latest. Staging and production hold one version: the one that is there
    goes to archived.

    Examples:
      mltrack promote churn/3 --to staging -m "best recall so far"
      mltrack promote churn@staging --to production -m "two quiet weeks"
      mltrack promote churn -m "looks good" --dry-run
      mltrack promote churn/3 --to production -m "two quiet weeks" --propose
    """
    if propose:
        if dry_run or force or allow_unpushed:
            raise UsageError(
                "--propose moves nothing, so nothing else can be asked of it",
                fix="leave --dry-run, --force and --allow-unpushed out",
            )
        _propose(version, to, reason, output)
        return
    from mltrack.api.registry.promoting import promote_model

    move = promote_model(
        version,
        to=to,
        reason=reason,
        dry_run=dry_run,
        force=force,
        allow_unpushed=allow_unpushed,
        signers=signers,
        progress=say,
    )
    show_promotion(move, output, gates=dry_run)
    for note in move.notes:
        say(note)
    if dry_run:
        if not move.gates:
            say(f"{move.to_stage} has no gates")
        say("nothing was written: this was a dry run")
        if not move.is_met or (move.unpushed and not allow_unpushed):
            raise typer.Exit(EXIT_NO)
        return
    if move.forced:
        say(f"{counted(len(move.unmet), 'gate')} not met: it is recorded as forced, for ever")
    say(f"next: mltrack registry history {shlex.quote(move.version.model)}")


def _propose(version: str, to: str | None, reason: str, output: VerdictFormat) -> None:
    from mltrack.api.registry.proposing import propose_model

    proposal = propose_model(version, to=to, reason=reason, progress=say)
    show_promotion(proposal.move, output, gates=True)
    _tell_of(proposal)


def _tell_of(proposal: "Proposal") -> None:
    move = proposal.move
    if proposal.earlier is not None:
        say(f"it is proposed already, by {proposal.asked_by}, in {proposal.file}")
        say("nothing was written")
        return
    say(f"proposed in {proposal.file}")
    say("next: commit that file and open a pull request; then somebody else says")
    say(f"  mltrack registry approve {shlex.quote(move.version.uri)} --to {move.to_stage}")
