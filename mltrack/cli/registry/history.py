"""mltrack registry history: who did what to models, when and why."""

from typing import TYPE_CHECKING, Annotated, Any

import typer

from mltrack.cli.context import manner
from mltrack.cli.options import ChosenModelArgument, OutputOption, SignersOption
from mltrack.cli.output import Format, say, show_listing

if TYPE_CHECKING:
    from mltrack.registry.entities import HistoryEntry

_ABOUT_A_MOVE = frozenset({"requested", "approved", "rejected"})
"""Kinds of events that speak of a move and make none."""
_FOR_PROGRAMS = [
    "time",
    "by",
    "model",
    "version",
    "label",
    "kind",
    "from",
    "to",
    "replaces",
    "words",
    "reason",
    "run",
    "event",
    "forced",
    "unpushed",
    "request",
    "gates",
]


def history(
    model: ChosenModelArgument = None,
    forced: Annotated[
        bool, typer.Option("--forced", help="Only what was done though a gate was not met.")
    ] = False,
    unpushed: Annotated[
        bool, typer.Option("--unpushed", help="Only what was done with files that git lacked.")
    ] = False,
    since: Annotated[
        str | None,
        typer.Option("--since", metavar="WHEN", help="Not before: 2026-08-01, 2026-08-01T12:00."),
    ] = None,
    until: Annotated[
        str | None,
        typer.Option("--until", metavar="WHEN", help="Not after; a date alone: the whole day."),
    ] = None,
    kind: Annotated[
        list[str] | None,
        typer.Option("--kind", metavar="KIND", help="Only such: promoted; give it many times."),
    ] = None,
    by: Annotated[
        str, typer.Option("--by", metavar="WHO", help="Only by those with this in email or name.")
    ] = "",
    signers: SignersOption = None,
    output: OutputOption = Format.TABLE,
) -> None:
    """Tell who did what to models, when and why.

    The oldest comes first; deleted models have a history too. Times are in the local zone, with
    --utc in UTC.

    Examples:
      mltrack registry history churn
      mltrack registry history --forced --since 2026-08-01
      mltrack registry history --kind promoted --kind demoted --by ada@example.org
      mltrack registry history --signers .signers
      mltrack registry history --output csv > history.csv
    """
    from mltrack.api.registry.attesting import levels_of
    from mltrack.api.registry.history import registry_history
    from mltrack.api.registry.rows import history_row

    entries = registry_history(
        model,
        forced=forced,
        unpushed=unpushed,
        since=since,
        until=until,
        kinds=kind or (),
        by=by,
        utc=manner().utc,
    )
    if not entries:
        _say_why(is_narrowed=bool(forced or unpushed or since or until or kind or by))
    levels = levels_of(entries, signers) if signers is not None else {}
    if output in {Format.TABLE, Format.MD}:
        rows = [_for_people(entry) | {"actor": levels.get(entry.event)} for entry in entries]
        columns = ["when", "model", "version", "what", "who", "actor", "why", "more"]
        left_out = {"model" if model is not None else "", "actor" if signers is None else ""}
        show_listing(output, "history", rows, [name for name in columns if name not in left_out])
        return
    found = [history_row(entry) for entry in entries]
    for row in found if signers is not None else ():
        row["level"] = str(levels[row["event"]])
    columns = [*_FOR_PROGRAMS, *(["level"] if signers is not None else [])]
    show_listing(output, "history", found, columns)


def _say_why(*, is_narrowed: bool) -> None:
    """Say why there is nothing to show."""
    if is_narrowed:
        say("nothing of the kind happened: mltrack registry history shows all")
    else:
        say("no model is registered yet: mltrack register RUN NAME")


def _for_people(entry: "HistoryEntry") -> dict[str, Any]:
    from mltrack.api.registry.rows import history_row

    row = history_row(entry)
    more = [row["words"], row["forced"] and "forced", row["unpushed"] and "not all files in git"]
    return {
        "when": row["time"],
        "model": row["model"],
        "version": row["label"] or None,
        "what": _what(row),
        "who": row["by"],
        "why": row["reason"] or None,
        "more": "; ".join(word for word in more if word) or None,
    }


def _what(row: dict[str, Any]) -> str:
    """Return the move that was made, else what was done."""
    if row["kind"] in _ABOUT_A_MOVE:
        return f"{row['kind']}: {row['to']}"
    return f"{row['from']} -> {row['to']}" if row["from"] else row["kind"]
