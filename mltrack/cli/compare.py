"""mltrack compare: runs side by side."""

from math import isnan
from typing import TYPE_CHECKING, Annotated, Any

import typer

from mltrack.cli.cells import cell, number
from mltrack.cli.options import OutputOption, RunsArgument
from mltrack.cli.output import Format, say, show_listing

if TYPE_CHECKING:
    from mltrack.query.comparing import Difference


def compare(
    runs: RunsArgument,
    all: Annotated[bool, typer.Option("--all", "-a", help="Also what is the same.")] = False,
    output: OutputOption = Format.TABLE,
) -> None:
    """Show how runs differ.

    Each metric comes with its delta to the first run.

    Examples:
      mltrack compare 1 2
      mltrack compare @max:acc @latest --all
      mltrack compare 1..5 --output md
    """
    from mltrack.api.runs import compare_runs

    found, differences = compare_runs(runs, everything=all)
    if output in {Format.JSON, Format.JSONL}:
        rows = [difference.to_json() for difference in differences]
        ids = [run.id for run in found]
        show_listing(output, "differences", rows, [], runs=ids)
        return
    if not differences:
        say("these runs do not differ")
    handles = [run.handle for run in found]
    people = output is not Format.CSV
    rows = [_row(difference, handles, with_delta=people) for difference in differences]
    show_listing(output, "differences", rows, ["key", *handles])


def _row(difference: "Difference", handles: list[str], *, with_delta: bool) -> dict[str, Any]:
    values = [cell(value) for value in difference.values] if with_delta else list(difference.values)
    if with_delta and difference.deltas:
        later = zip(values[1:], difference.deltas[1:], strict=True)
        values[1:] = [
            text if d is None or isnan(d) else f"{text} ({number(d, sign='+')})"
            for text, d in later
        ]
    return {
        "key": f"{difference.group}.{difference.key}",
        **dict(zip(handles, values, strict=True)),
    }
