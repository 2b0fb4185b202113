"""mltrack plot: curves in the terminal."""

import math
from collections.abc import Sequence
from enum import StrEnum
from typing import TYPE_CHECKING, Annotated, Any

import typer

from mltrack.cli import completing
from mltrack.cli.bar import bar
from mltrack.cli.cells import number
from mltrack.cli.output import Format, say, show, show_listing
from mltrack.errors import UsageError

if TYPE_CHECKING:
    from mltrack.api.runs.curves import RunCurves
    from mltrack.cli.runs.panels import Look

_COLUMNS = ["run", "name", "metric", "step", "time", "wall", "value"]
_NARROWEST = 20


class X(StrEnum):
    """What runs along the axis below a curve."""

    STEP = "step"
    TIME = "time"
    WALL = "wall"


class PlotFormat(StrEnum):
    """How curves are printed."""

    PLOT = "plot"
    JSON = "json"
    JSONL = "jsonl"
    CSV = "csv"


WordsArgument = Annotated[
    list[str] | None,
    typer.Argument(
        metavar="METRIC... [RUN...]",
        help="Metrics, and runs such as 1..5.",
        autocompletion=completing.metrics_and_runs,
    ),
]
ModelOption = Annotated[
    str | None,
    typer.Option(
        "--model",
        metavar="NAME",
        help="Over the versions of a model: the trend.",
        autocompletion=completing.models,
    ),
]
XOption = Annotated[
    X, typer.Option("--x", help="Along the step, the time since the begin, or the clock.")
]
LogOption = Annotated[bool, typer.Option("--log", help="A logarithmic axis for the values.")]
SmoothOption = Annotated[
    float, typer.Option("--smooth", metavar="WEIGHT", help="Moving average, 0 to below 1.")
]
WidthOption = Annotated[
    int | None,
    typer.Option("--width", metavar="N", min=_NARROWEST, max=1000, help="In characters."),
]
HeightOption = Annotated[
    int, typer.Option("--height", metavar="N", min=2, max=200, help="Lines of each panel.")
]
PlotOutputOption = Annotated[
    PlotFormat, typer.Option("--output", "-o", help="A picture, or the points of the curves.")
]


def plot(
    words: WordsArgument = None,
    model: ModelOption = None,
    x: XOption = X.STEP,
    log: LogOption = False,
    smooth: SmoothOption = 0.0,
    width: WidthOption = None,
    height: HeightOption = 12,
    output: PlotOutputOption = PlotFormat.PLOT,
) -> None:
    """Draw metrics as curves.

    A panel for each metric, a letter for each run. Words that are the name of a metric are
    metrics, all others name runs; without any, the five newest of the latest experiment are shown.
    A value that is no number leaves a gap.

    Examples:
      mltrack plot loss
      mltrack plot acc loss 1..5
      mltrack plot loss @min:loss --x time --log --smooth 0.9
      mltrack plot loss 1 --output csv
      mltrack plot auc --model churn
    """
    look = _look(width, height, log=log)
    if model is None:
        _show_curves(words or (), x, smooth, look, output)
        return
    if smooth or x is not X.STEP:
        raise UsageError("--x and --smooth are about steps, and a trend goes over versions")
    from mltrack.cli.runs.plot_trend import show_trend

    show_trend(words or (), model, look, output)


def _show_curves(
    words: Sequence[str], x: X, smooth: float, look: "Look", output: PlotFormat
) -> None:
    from mltrack.api.runs.curves import run_curves

    is_drawn = output is PlotFormat.PLOT
    most = max(look.width * 4, 300) if is_drawn else None
    with bar("reading") as progress:
        found = run_curves(words, smooth=smooth, most=most, tell=progress)
    for line in found.without:
        say(line)
    if is_drawn:
        from mltrack.cli.runs.plot_page import page_of

        show(page_of(found, x, look, smooth))
    else:
        show_listing(Format(output), "points", _points(found), _COLUMNS)


def _look(width: int | None, height: int, *, log: bool) -> "Look":
    from mltrack.cli.runs.panels import Look
    from mltrack.cli.tables import is_styled, room

    return Look(
        width=width or max(room(), _NARROWEST), height=height, is_styled=is_styled(), log=log
    )


def _points(found: "RunCurves") -> list[dict[str, Any]]:
    return [
        {
            "run": found.runs[at].id,
            "name": found.runs[at].name,
            "metric": group.metric,
            "step": step,
            "time": _finite(time - curve.began),
            "wall": _finite(time),
            "value": value if math.isfinite(value) else number(value),
        }
        for group in found.metrics
        for at, curve in group.curves
        for step, time, value in zip(curve.steps, curve.times, curve.values, strict=True)
    ]


def _finite(value: float) -> float | None:
    return round(value, 3) if math.isfinite(value) else None
