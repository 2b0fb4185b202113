"""mltrack registry: what happened to models, and the index of them."""

from typing import TYPE_CHECKING, Annotated, Any

import typer

from mltrack.cli.commands import new_app
from mltrack.cli.options import OutputOption
from mltrack.cli.output import Format, say, show_listing

if TYPE_CHECKING:
    from mltrack.registry.entities import HistoryEntry

app = new_app("Who did what to which model, when and why.")
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
]


@app.command()
def history(
    model: Annotated[
        str | None, typer.Argument(metavar="[MODEL]", help="The model; else all of them.")
    ] = None,
    output: OutputOption = Format.TABLE,
) -> None:
    """Tell who did what to models, when and why.

    The oldest comes first.

    Examples:
      mltrack registry history churn
      mltrack registry history --output csv > history.csv
    """
    from mltrack.api.registry import registry_history
    from mltrack.api.registry_rows import history_row

    entries = registry_history(model)
    if not entries:
        say("no model is registered yet: mltrack register RUN NAME")
    if output in {Format.TABLE, Format.MD}:
        columns = ["when", "model", "version", "what", "who", "why", "more"]
        shown = [name for name in columns if name != "model" or model is None]
        show_listing(output, "history", [_for_people(entry) for entry in entries], shown)
    else:
        show_listing(output, "history", [history_row(entry) for entry in entries], _FOR_PROGRAMS)


def _for_people(entry: "HistoryEntry") -> dict[str, Any]:
    from mltrack.api.registry_rows import history_row

    row = history_row(entry)
    return {
        "when": row["time"],
        "model": row["model"],
        "version": row["label"] or None,
        "what": f"{row['from']} -> {row['to']}" if row["from"] else row["kind"],
        "who": row["by"],
        "why": row["reason"] or None,
        "more": row["words"] or None,
    }


@app.command()
def index() -> None:
    """Write registry.yaml anew from the events.

    That is for CI after a merge, and it mends a damaged one. It is done on any branch.

    Examples:
      mltrack registry index
    """
    from mltrack.api.registry import write_index

    changed = write_index()
    say("wrote registry.yaml anew" if changed else "registry.yaml is as it should be")
