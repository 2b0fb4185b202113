"""mltrack fsck: check the store, and mend it."""

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Annotated, Any

import typer

from mltrack.cli import completing
from mltrack.cli.bar import bar
from mltrack.cli.cells import counted, safe
from mltrack.cli.context import manner
from mltrack.cli.options import OutputOption
from mltrack.cli.output import Format, say, show, show_listing
from mltrack.errors import EXIT_NO, UsageError

if TYPE_CHECKING:
    from mltrack.fsck.entities import Action, Finding, Repair, Report

_COLUMNS = ("severity", "kind", "path", "line", "message")
_NOTE = "note"


def fsck(
    repair: Annotated[
        bool, typer.Option("--repair", help="Mend what can be mended; quarantine what cannot.")
    ] = False,
    dry_run: Annotated[
        bool, typer.Option("--dry-run", help="With --repair: say what it would do.")
    ] = False,
    staged: Annotated[
        bool, typer.Option("--staged", help="Check what is staged for commit, and nothing else.")
    ] = False,
    runs: Annotated[
        list[str] | None,
        typer.Option(
            "--run",
            metavar="RUN",
            help="Only this run; give it many times.",
            autocompletion=completing.runs,
        ),
    ] = None,
    output: OutputOption = Format.TABLE,
) -> None:
    """Check every file of the store.

    Each file is parsed, each digest is compared and each reference is followed. Nothing is written
    without --repair, which deletes nothing that was logged. It exits with 1 when something is
    damaged, with 0 when there are at most warnings.

    Examples:
      mltrack fsck
      mltrack fsck --repair --dry-run
      mltrack fsck --repair
      mltrack fsck --run kfxhqz --output json
      mltrack fsck --staged
    """
    if staged and (repair or runs):
        raise UsageError("--staged looks at git's index only, and mends nothing")
    if dry_run and not repair:
        raise UsageError("--dry-run says what a repair would do", fix="add --repair")
    report = _repaired(runs, output, dry_run=dry_run) if repair else _checked(runs, output, staged)
    if not report.is_clean:
        raise typer.Exit(EXIT_NO)


def _checked(runs: list[str] | None, output: Format, staged: bool) -> "Report":
    from mltrack.api.fsck import check_staged, check_store

    if staged:
        report = check_staged()
    else:
        with bar("checking") as progress:
            report = check_store(runs or (), progress=progress)
    _show_report(report, output)
    return report


def _repaired(runs: list[str] | None, output: Format, *, dry_run: bool) -> "Report":
    from mltrack.api.fsck import repair_store

    with bar("checking") as progress:
        done = repair_store(runs or (), dry_run=dry_run, progress=progress)
    if output is Format.TABLE:
        for action in done.actions:
            show(_action_line(action, dry_run=dry_run))
    actions = [_action_row(action) for action in done.actions]
    _show_report(done.left, output, actions=actions, dry_run=dry_run)
    if dry_run:
        say("nothing was written: this was a dry run")
    _tell_what_is_left(done, dry_run=dry_run)
    return done.left


def _tell_what_is_left(done: "Repair", *, dry_run: bool) -> None:
    mended = sum(action.done for action in done.actions)
    if mended and not dry_run:
        say(f"next: git status (a repair of {counted(mended, 'thing')} is a change to commit)")


def _show_report(report: "Report", output: Format, **beside: object) -> None:
    if output is not Format.TABLE:
        rows = [_row(finding) for finding in report.findings]
        counts = {"checked": dict(report.checked), "clean": report.is_clean}
        show_listing(output, "findings", rows, _COLUMNS, **counts, **beside)
        return
    shown = [f for f in report.findings if f.severity != _NOTE or manner().verbose]
    for finding in shown:
        show("\n".join(_lines(finding)))
    say(_summary(report))


def _row(finding: "Finding") -> dict[str, Any]:
    return {
        "severity": str(finding.severity),
        "kind": str(finding.kind),
        "subject": finding.subject,
        "path": finding.path,
        "line": finding.line or None,
        "message": finding.message,
        "fix": finding.fix,
    }


def _action_row(action: "Action") -> dict[str, Any]:
    finding = action.finding
    facts = {"kind": str(finding.kind), "path": finding.path, "subject": finding.subject}
    return {**facts, "done": action.done, "action": action.words}


def _lines(finding: "Finding") -> Sequence[str]:
    where = f"{finding.where}: " if finding.where else ""
    first = f"{finding.severity}  {finding.kind}  {where}{finding.message}"
    return [safe(first), *([f"  fix: {safe(finding.fix)}"] if finding.fix else [])]


def _action_line(action: "Action", *, dry_run: bool) -> str:
    word = "left" if not action.done else "would mend" if dry_run else "mended"
    finding = action.finding
    return safe(f"{word}  {finding.kind}  {finding.where}: {action.words}")


def _summary(report: "Report") -> str:
    counts: Mapping[str, int] = report.checked
    things = [counted(count, name.removesuffix("s")) for name, count in counts.items() if count]
    looked = ", ".join(things) or "nothing"
    severities = [finding.severity for finding in report.findings]
    damaged = severities.count("damage")  # type: ignore[arg-type]  # a StrEnum is its text
    warnings = severities.count("warning")  # type: ignore[arg-type]  # as above
    notes = len(severities) - damaged - warnings
    more = "" if manner().verbose or not notes else " (mltrack -v fsck shows them)"
    found = f"{damaged} damaged, {counted(warnings, 'warning')}, {counted(notes, 'note')}{more}"
    return f"checked {looked}: {found}"
