"""mltrack registry at: what was in which stage at another time."""

from enum import StrEnum
from typing import TYPE_CHECKING, Annotated, Any

import typer

from mltrack.cli.cells import moment
from mltrack.cli.context import manner
from mltrack.cli.options import ChosenModelArgument, OutputOption
from mltrack.cli.output import Format, say, show_listing, warn

if TYPE_CHECKING:
    from mltrack.registry.past.entities import PastRegistry

_COLUMNS = [
    "model",
    "stage",
    "contested",
    "number",
    "version",
    "digest",
    "run",
    "since",
    "by",
    "reason",
    "forced",
    "unpushed",
    "event",
]


class By(StrEnum):
    """What tells what was where."""

    COMMIT = "commit"
    EVENT = "event"


def at(
    when: Annotated[
        str, typer.Argument(metavar="WHEN|REV", help="2026-08-01, 2026-08-01T12:00, or a commit.")
    ],
    model: ChosenModelArgument = None,
    by: Annotated[
        By, typer.Option("--by", help="What the index branch had, or what the events' times say.")
    ] = By.COMMIT,
    output: OutputOption = Format.TABLE,
) -> None:
    """Tell which version was in which stage at another time.

    By the commits that the index branch itself had, such as the merges into main: a promotion
    counts from when it came there. With --by event by the times that the events bear. A date
    alone means its beginning. Stages that hold many versions are left out.

    Examples:
      mltrack registry at 2026-08-01
      mltrack registry at 2026-08-01T12:00 churn --output json
      mltrack registry at v1.2 churn
      mltrack registry at 2026-08-01 --by event
    """
    from mltrack.api.registry.past import registry_at
    from mltrack.api.registry.past_rows import past_head, past_rows

    past = registry_at(when, model, by=by.value, utc=manner().utc)
    head, rows = past_head(past), past_rows(past)
    _tell(past, head)
    if not rows:
        say("no version was in a stage that holds one")
    if output in {Format.TABLE, Format.MD}:
        columns = ["model", "stage", "version", "since", "by", "why"]
        show_listing(output, "stages", [_for_people(row) for row in rows], columns)
    else:
        show_listing(output, "stages", rows, _COLUMNS, **head)


def _tell(past: "PastRegistry", head: dict[str, Any]) -> None:
    """Say which commit tells it, and what makes it doubtful."""
    if past.commit is not None:
        of = f" of {past.branch}" if past.branch else ""
        made = f", made {moment(head['committed'])}" if head["committed"] else ""
        say(f"as commit {past.commit[:12]}{of} has it{made}")
    elif not past.notes:
        say("as the times of the events say that are here now")
    for note in past.notes:
        warn(note)


def _for_people(row: dict[str, Any]) -> dict[str, Any]:
    return {
        "model": row["model"],
        "stage": f"{row['stage']} (contested)" if row["contested"] else row["stage"],
        "version": row["label"],
        "since": row["since"],
        "by": row["by"],
        "why": f"{row['reason'] or '-'} (forced)" if row["forced"] else row["reason"],
    }
