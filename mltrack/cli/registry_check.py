"""mltrack registry check: what CI asks of a branch before it is merged."""

from typing import TYPE_CHECKING, Annotated, Any

import typer

from mltrack.cli.cells import counted, safe
from mltrack.cli.options import SignersOption, VerdictOption
from mltrack.cli.output import VerdictFormat, say, show, show_json, warn
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
    output: VerdictOption = VerdictFormat.TABLE,
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
    """
    from mltrack.api.registry_check import check_registry

    report = check_registry(base, signers=signers, allow_forced=allow_forced)
    if output is VerdictFormat.JSON:
        show_json(_document(report))
    else:
        _show(report)
    if not report.is_clean:
        raise typer.Exit(EXIT_NO)


def _show(report: "Report") -> None:
    for note in report.notes:
        warn(note)
    for event in report.forced:
        warn(f"forced: {event.words}, by {event.by} ({event.file})")
    for finding in report.findings:
        show(safe(_line(finding)))
    models = len({event.model for event in report.events})
    added = f"{counted(len(report.events), 'new event')} of {counted(models, 'model')}"
    found = counted(len(report.findings), "finding") if report.findings else "nothing is wrong"
    forced = f", {len(report.forced)} forced" if report.forced else ""
    say(f"checked {added}{forced}: {found}")


def _line(finding: "Finding") -> str:
    fix = f"; fix: {finding.fix}" if finding.fix else ""
    return f"{finding.file}: {finding.what}{fix}"


def _document(report: "Report") -> dict[str, Any]:
    return {
        "base": report.base,
        "head": report.head,
        "clean": report.is_clean,
        "events": [event._asdict() for event in report.events],
        "findings": [finding._asdict() for finding in report.findings],
        "notes": list(report.notes),
    }
