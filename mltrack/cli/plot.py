"""mltrack plot: curves in the terminal."""

import math
from enum import StrEnum
from typing import TYPE_CHECKING, Annotated, Any

import typer

from mltrack.cli import completing
from mltrack.cli.bar import bar
from mltrack.cli.output import Format, say, show, show_listing

if TYPE_CHECKING:
    from mltrack.api.curves import RunCurves

_COLUMNS = ["run", "name", "metric", "step", "time", "wall", "value"]


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


def plot(
    words: Annotated[
        list[str],
        typer.Argument(
            metavar="METRIC... [RUN...]",
            help="Metrics, and runs such as 1..5.",
            autocompletion=completing.metrics_and_runs,
        ),
    ],
    model: Annotated[
        str | None,
        typer.Option(
            "--model",
            metavar="NAME",
            help="Over the versions of a model: the trend.",
            autocompletion=completing.models,
        ),
    ] = None,
    x: Annotated[
        X, typer.Option("--x", help="Along the step, the time since the begin, or the clock.")
    ] = X.STEP,
    log: Annotated[bool, typer.Option("--log", help="A logarithmic axis for the values.")] = False,
    smooth: Annotated[
        float, typer.Option("--smooth", metavar="WEIGHT", help="Moving average, 0 to below 1.")
    ] = 0.0,
    width: Annotated[
        int | None, typer.Option("--width", min=20, max=1000, help="In characters.")
    ] = None,
    height: Annotated[
        int, typer.Option("--height", min=2, max=200, help="Lines of each panel.")
    ] = 12,
    output: Annotated[
        PlotFormat, typer.Option("--output", "-o", help="A picture, or the points of the curves.")
    ] = PlotFormat.PLOT,
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
    if model is not None:
        from mltrack.cli.plot_trend import show_trend

        show_trend(words, model, _look(width, height, log=log), output)
        return
    from mltrack.api.curves import run_curves

    look = _look(width, height, log=log)
    is_drawn = output is PlotFormat.PLOT
    with bar("reading") as progress:
        found = run_curves(
            words, smooth=smooth, most=max(look.width * 4, 300) if is_drawn else None, tell=progress
        )
    for line in found.without:
        say(line)
    if is_drawn:
        from mltrack.cli.plot_page import page_of

        show(page_of(found, x, look, smooth))
    else:
        show_listing(Format(output), "points", _points(found), _COLUMNS)


def _look(width: int | None, height: int, *, log: bool) -> Any:  # noqa: ANN401 - loaded late
    from mltrack.cli.panels import Look
    from mltrack.cli.tables import is_styled, room

    return Look(width=width or room(), height=height, is_styled=is_styled(), log=log)


def _points(found: "RunCurves") -> list[dict[str, Any]]:
    return [
        {
            "run": found.runs[at].id,
            "name": found.runs[at].name,
            "metric": group.metric,
            "step": step,
            "time": _finite(time - curve.began),
            "wall": _finite(time),
            "value": value if math.isfinite(value) else str(_word(value)),
        }
        for group in found.metrics
        for at, curve in group.curves
        for step, time, value in zip(curve.steps, curve.times, curve.values, strict=True)
    ]


def _finite(value: float) -> float | None:
    return round(value, 3) if math.isfinite(value) else None


def _word(value: float) -> str:
    from mltrack.cli.cells import number

    return number(value)
