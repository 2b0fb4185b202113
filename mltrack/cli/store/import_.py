"""mltrack import: bring runs and models in from elsewhere."""

from typing import TYPE_CHECKING, Annotated, Any

import typer

from mltrack.cli.cells import counted, safe
from mltrack.cli.options import PageOption
from mltrack.cli.output import PageFormat, say, show, show_json, warn
from mltrack.cli.progress_line import progress_line
from mltrack.errors import EXIT_NO

if TYPE_CHECKING:
    from mltrack.importers.entities import Imported


def import_(
    source: Annotated[
        str,
        typer.Argument(
            metavar="SOURCE", help="A folder with a store, user@host:path, or runs.zip."
        ),
    ],
    kind: Annotated[
        str | None,
        typer.Option("--from", metavar="KIND", help="What SOURCE is: mltrack; else found out."),
    ] = None,
    dry_run: Annotated[
        bool, typer.Option("--dry-run", help="Say what would come, and change nothing.")
    ] = False,
    output: PageOption = PageFormat.PAGE,
) -> None:
    """Merge another store into this one.

    Runs, annotations, experiments, models and large files come; what is here stays. A run of which
    more is there grows. Where a run here and one there differ, both are kept.
    Doing it again brings nothing twice. Exits with 1 when something could not be imported.

    Examples:
      mltrack import ../cluster
      mltrack import ada@cluster:projects/diagnosis
      mltrack import /mnt/backup/.mltrack --dry-run
      mltrack import runs.zip
    """
    from mltrack.api.imports import import_runs

    with progress_line() as tell:
        done = import_runs(source, kind=kind, dry_run=dry_run, progress=tell)
    for line in (*done.skipped, *done.warnings):
        warn(line)
    if output is PageFormat.PAGE:
        _show_page(done, dry_run)
    else:
        show_json({"import": _document(done, dry_run)})
    for step in _next_steps(done, dry_run):
        say(f"next: {step}")
    if done.skipped:
        raise typer.Exit(EXIT_NO)


def _document(done: "Imported", dry_run: bool) -> dict[str, Any]:
    return {
        "source": done.source,
        "dry_run": dry_run,
        "new": list(done.new),
        "grown": list(done.grown),
        "kept_twice": [{"run": twin.run, "kept_as": twin.kept_as} for twin in done.twins],
        "same": done.same,
        "events": done.events,
        "versions": done.versions,
        "objects": done.objects,
        "skipped": list(done.skipped),
        "warnings": list(done.warnings),
        "next": list(done.next_steps),
    }


def _show_page(done: "Imported", dry_run: bool) -> None:
    from mltrack.cli.tables import laid_out

    counts = [
        f"{len(done.new)} new",
        f"{len(done.grown)} grown",
        f"{len(done.twins)} kept twice",
        f"{done.same} here already",
    ]
    facts = [("would import" if dry_run else "imported", done.source), ("runs", ", ".join(counts))]
    facts += [
        (name, str(count))
        for name, count in (
            ("events", done.events),
            ("versions", done.versions),
            ("large files", done.objects),
        )
        if count
    ]
    facts += [("kept twice", f"{t.run}, the one from there as {t.kept_as}") for t in done.twins]
    if done.skipped:
        facts.append(("skipped", counted(len(done.skipped), "thing")))
    show("\n".join(laid_out([[key, safe(value)] for key, value in facts])))


def _next_steps(done: "Imported", dry_run: bool) -> list[str]:
    if dry_run:
        return []
    came = bool(done.new or done.grown or done.twins)
    compare = [f"mltrack compare {t.run} {t.kept_as}" for t in done.twins[:1]]
    return [*done.next_steps, *(compare or (["mltrack ls"] if came else []))]
