"""mltrack compare: runs side by side."""

from typing import TYPE_CHECKING, Annotated, Any

import typer

from mltrack.cli.cells import cell, number
from mltrack.cli.options import OutputOption, RunsArgument
from mltrack.cli.output import Format, say, show_json, show_listing

if TYPE_CHECKING:
    from mltrack.query.comparing import Difference


def compare(
    runs: RunsArgument,
    all: Annotated[bool, typer.Option("--all", "-a", help="Also what is the same.")] = False,
    output: OutputOption = Format.TABLE,
) -> None:
    """Compare runs: only what differs, each metric with its delta to the first run.

    Examples:
      mltrack compare 1 2
      mltrack compare @max:acc @latest --all
      mltrack compare 1..5 --output md
    """
    from mltrack.api.runs import compare_runs

    comparison = compare_runs(runs)
    lines = [line for line in comparison.lines if all or line.differs]
    if output is Format.JSON:
        show_json(comparison.to_json())
        return
    if not lines:
        say("these runs do not differ")
    handles = [run.handle for run in comparison.runs]
    people = output in {Format.TABLE, Format.MD}
    rows = [_row(line, handles, with_delta=people) for line in lines]
    show_listing(output, "lines", rows, ["key", *handles])


def _row(line: "Difference", handles: list[str], *, with_delta: bool) -> dict[str, Any]:
    values = [cell(value) for value in line.values] if with_delta else list(line.values)
    if with_delta and line.deltas:
        later = zip(values[1:], line.deltas[1:], strict=True)
        values[1:] = [text if d is None else f"{text} ({number(d, sign='+')})" for text, d in later]
    return {"key": f"{line.group}.{line.key}", **dict(zip(handles, values, strict=True))}
