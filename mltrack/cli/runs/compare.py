"""mltrack compare: runs side by side."""

import json
from collections.abc import Sequence
from math import isnan
from typing import TYPE_CHECKING, Annotated, Any

import typer

from mltrack.cli import completing
from mltrack.cli.cells import MISSING, cell, number
from mltrack.cli.options import ChosenRunsArgument, OutputOption
from mltrack.cli.output import Format, say, show_listing, show_styled
from mltrack.cli.search_options import MaxOption, MinOption, OfExperimentOption

if TYPE_CHECKING:
    from mltrack.api.runs.comparing import SideBySide
    from mltrack.query.comparing import Difference

_BETTER, _WORSE, _BEST = "▲", "▼", "*"
_SHORT, _DIGESTS = 12, (40, 64)


BaselineOption = Annotated[
    str | None,
    typer.Option(
        "--baseline",
        metavar="RUN",
        help="Hold the others against it.",
        autocompletion=completing.runs,
    ),
]
EverythingOption = Annotated[bool, typer.Option("--all", "-a", help="Also what is the same.")]


def compare(
    runs: ChosenRunsArgument = None,
    max: MaxOption = None,
    min: MinOption = None,
    experiment: OfExperimentOption = None,
    baseline: BaselineOption = None,
    all: EverythingOption = False,
    output: OutputOption = Format.TABLE,
) -> None:
    """Show how runs differ: params, metrics, code, data.

    With no run given, the two best or the two newest of the latest experiment. Each metric comes
    with its delta to the first run, ▲ better or ▼ worse where its name tells; * marks the best.

    Examples:
      mltrack compare
      mltrack compare --max acc
      mltrack compare 1 2
      mltrack compare 1..5 --baseline @max:acc --output md
    """
    from mltrack.api.runs.comparing import compare_runs

    found = compare_runs(
        runs or (), everything=all, baseline=baseline, max=max, min=min, experiment=experiment
    )
    if found.chosen:
        say(found.chosen)
    if output in {Format.JSON, Format.JSONL}:
        rows = [difference.to_json() for difference in found.differences]
        show_listing(output, "differences", rows, [], runs=[run.id for run in found.runs])
    else:
        _show_table(found, output)


def _show_table(found: "SideBySide", output: Format) -> None:
    if not found.differences:
        say("these runs do not differ")
    columns = ["key", *(run.handle for run in found.runs)]
    values = _raw if output is Format.CSV else _for_people
    rows = [
        dict(zip(columns, [f"{one.group}.{one.key}", *values(one)], strict=True))
        for one in found.differences
    ]
    if output is Format.TABLE:
        show_styled(rows, columns, _styles(found.differences))
    else:
        show_listing(output, "differences", rows, columns)


def _raw(difference: "Difference") -> Sequence[Any]:
    return difference.values


def _for_people(difference: "Difference") -> Sequence[Any]:
    """Return each value, its delta with a sign for better or worse, and a mark for the best."""
    best = difference.best
    return [
        f"{text}{_delta(difference, place)}{_BEST if place in best else ''}"
        for place, text in enumerate(_texts(difference))
    ]


def _texts(difference: "Difference") -> list[str]:
    """Return each value as a cell; all exact where short ones would hide that they differ."""
    texts = [_short(difference, value) for value in difference.values]
    if difference.group == "metrics" or difference.tells(texts):
        return texts
    return [MISSING if value is None else json.dumps(value) for value in difference.values]


def _short(difference: "Difference", value: object) -> str:
    """Return a value as a cell; a digest or the id of a commit cut to what tells it from others."""
    is_digest = isinstance(value, str) and len(value) in _DIGESTS and value.isalnum()
    if is_digest and difference.group in {"inputs", "code", "environment"}:
        return cell(str(value)[:_SHORT])
    return cell(value)


def _delta(difference: "Difference", place: int) -> str:
    delta = difference.deltas[place] if difference.deltas and place else None
    if delta is None or isnan(delta):
        return ""
    if delta == 0:
        return " (=)"
    sign = {True: f" {_BETTER}", False: f" {_WORSE}", None: ""}[difference.is_better(place)]
    return f" ({number(delta, sign='+')}{sign})"


def _styles(differences: "tuple[Difference, ...]") -> dict[tuple[int, int], str]:
    """Return how cells look on a terminal: the best bold, the better green, the worse red."""
    from mltrack.cli.tables import BOLD, GREEN, RED

    styles = {}
    for row, difference in enumerate(differences):
        for place in range(len(difference.values)):
            bold = BOLD if place in difference.best else ""
            colour = {True: GREEN, False: RED, None: ""}[difference.is_better(place)]
            if bold or colour:
                styles[row, place + 1] = f"{bold}{colour}"
    return styles
