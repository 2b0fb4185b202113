"""mltrack registry demote, archive and resolve: the moves that are no promotions."""

import shlex
from typing import TYPE_CHECKING, Annotated

import typer

from mltrack.cli import completing
from mltrack.cli.cells import counted, safe
from mltrack.cli.options import (
    ReasonOption,
    SignersOption,
    UnpushedOption,
    VersionArgument,
    WhyOption,
)
from mltrack.cli.output import say, show, warn

if TYPE_CHECKING:
    from mltrack.api.registry.resolving import Resolved
    from mltrack.registry.moves import Promotion


def demote(
    version: VersionArgument,
    reason: WhyOption,
    to: Annotated[
        str | None,
        typer.Option(
            "--to",
            metavar="STAGE",
            help="An earlier stage; else the one before.",
            autocompletion=completing.stages,
        ),
    ] = None,
    allow_unpushed: UnpushedOption = False,
) -> None:
    """Take a version back to an earlier stage.

    No gate stands in its way; what the gates of that stage say is recorded.

    Examples:
      mltrack registry demote churn/3 -m "too slow on the new data"
      mltrack registry demote churn@production --to dev -m "trained on the wrong year"
    """
    from mltrack.api.registry.moving import demote_model

    _show(demote_model(version, to=to, reason=reason, allow_unpushed=allow_unpushed))


def archive(version: VersionArgument, reason: WhyOption) -> None:
    """Say that nobody needs a version any more.

    It can be promoted again. `mltrack rm` takes the run of an archived version.

    Examples:
      mltrack registry archive churn/1 -m "its data had to be deleted"
    """
    from mltrack.api.registry.moving import archive_model

    _show(archive_model(version, reason=reason))


def resolve(
    reference: Annotated[
        str,
        typer.Argument(
            metavar="NAME[@STAGE]",
            help="The model, or its contested stage or alias.",
            autocompletion=completing.versions,
        ),
    ],
    keep: Annotated[
        str | None,
        typer.Option("--keep", metavar="VERSION", help="The version that shall have it."),
    ] = None,
    reason: ReasonOption = None,
    force: Annotated[
        bool, typer.Option("--force", help="Settle it though a gate is not met; shown for ever.")
    ] = False,
    allow_unpushed: UnpushedOption = False,
    signers: SignersOption = None,
) -> None:
    """Settle what branches disagree on.

    With a model alone: of versions that have the same number, the one registered first keeps it,
    and the others get the next free numbers. With a stage or an alias: the version that you name
    has it from now on; a stage is settled by a promotion, which needs a reason and meets the gates.

    Examples:
      mltrack registry resolve churn
      mltrack registry resolve churn@production --keep churn/2 -m "we talked: the newer data"
      mltrack registry resolve churn@champion --keep churn/2
    """
    from mltrack.api.registry import resolving

    if "@" not in reference and keep is None:
        done = resolving.resolve_numbers(reference, reason=reason or "")
    else:
        done = resolving.resolve_contested(
            reference,
            keep=keep,
            reason=reason or "",
            force=force,
            allow_unpushed=allow_unpushed,
            signers=signers,
        )
    _show_resolved(reference, done)


def _show_resolved(reference: str, done: "Resolved") -> None:
    from mltrack.api.registry.models import warnings_of

    state = done.state
    if not (done.numbers or done.move or done.alias):
        say(f"nothing to settle: branches agree on {reference}")
    for version, before, number, kept_by in done.numbers:
        show(safe(f"{state.name}/{number} is {version}; {state.name}/{before} is {kept_by}"))
    if done.numbers:
        say(f"gave {counted(len(done.numbers), 'version')} another number")
    if done.move:
        show(safe(done.move.words))
    if done.alias:
        show(safe(f"{state.name}@{done.alias} is {state.version(state.aliases[done.alias]).uri}"))
    for note in done.notes:
        say(note)
    for line in warnings_of(state):
        warn(line)
    say(f"next: mltrack model show {shlex.quote(state.name)}")


def _show(move: "Promotion") -> None:
    show(safe(move.words))
    for note in move.notes:
        say(note)
    if move.forced:
        say(f"{counted(len(move.unmet), 'gate')} not met: it is recorded as forced, for ever")
    say(f"next: mltrack registry history {shlex.quote(move.version.model)}")
