"""mltrack registry check: what CI asks of a branch before it is merged."""

from typing import TYPE_CHECKING, Annotated

import typer

from mltrack.cli.cells import counted, safe
from mltrack.cli.options import OutputOption, SignersOption
from mltrack.cli.output import Format, say, show, show_listing, warn
from mltrack.errors import EXIT_NO

if TYPE_CHECKING:
    from mltrack.registry.checking.entities import Finding, Report


def check(
    base: Annotated[
        str | None,
        typer.Option("--base", metavar="REV", help="The branch that it goes to: origin/main."),
    ] = None,
    signers: SignersOption = None,
    allow_forced: Annotated[
        bool, typer.Option("--allow-forced", help="Let pass what was forced through gates.")
    ] = False,
    output: OutputOption = Format.TABLE,
) -> None:
    """Check what a branch does to the registry.

    That is for CI, before the branch is merged: every event that it adds must be whole, allowed by
    the stages, moves and gates of the branch that it goes to, and leave no stage contested; no
    event may be changed or removed, and registry.yaml is written elsewhere. What is committed
    counts. It exits with 1 when something is wrong.

    Examples:
      mltrack registry check --base origin/main
      mltrack registry check --base origin/main --signers .signers
      mltrack registry check --output json
      mltrack registry check --base origin/main --output md
    """
    from mltrack.api.registry.check import check_registry

    report = check_registry(base, signers=signers, allow_forced=allow_forced)
    if output is not Format.JSON:  # which has them itself
        _warn(report)
    if output is Format.TABLE:
        _show(report)
    else:
        _list(report, output)
    if not report.is_clean:
        raise typer.Exit(EXIT_NO)


def _show(report: "Report") -> None:
    for finding in report.findings:
        show(safe(_line(finding)))
    models = len({event.model for event in report.events})
    added = f"{counted(len(report.events), 'new event')} of {counted(models, 'model')}"
    found = counted(len(report.findings), "finding") if report.findings else "nothing is wrong"
    forced = f", {len(report.forced)} forced" if report.forced else ""
    say(f"checked {added}{forced}: {found}")


def _warn(report: "Report") -> None:
    for note in report.notes:
        warn(note)
    for event in report.forced:
        warn(f"forced: {event.words}, by {event.by} ({event.file})")


def _line(finding: "Finding") -> str:
    fix = f"; fix: {finding.fix}" if finding.fix else ""
    return f"{finding.file}: {finding.what}{fix}"


def _list(report: "Report", output: Format) -> None:
    show_listing(
        output,
        "findings",
        [finding._asdict() for finding in report.findings],
        ["file", "what", "fix"],
        base=report.base,
        head=report.head,
        clean=report.is_clean,
        events=[event._asdict() for event in report.events],
        notes=list(report.notes),
    )
