"""Lay out a metric over the versions of a model, with the changes of stage below."""

from collections.abc import Sequence
from typing import TYPE_CHECKING

from mltrack.charts.scales import Scale, Tick
from mltrack.cli.cells import moment, number, safe
from mltrack.cli.output import Format, show, show_listing
from mltrack.cli.runs.panels import Across, Line, Look, key_of, panel
from mltrack.cli.tables import laid_out, shortened
from mltrack.errors import UsageError

if TYPE_CHECKING:
    from mltrack.api.registry.trends import Trend, TrendPoint

_COLUMNS = ["model", "version", "metric", "source", "value", "run"]
_MOST = 26
_KEY_WIDTH = 8


def show_trend(metrics: Sequence[str], model: str, look: Look, output: str) -> None:
    """Print how metrics changed over the versions of a model."""
    from mltrack.api.registry.trends import model_trend

    found = model_trend(model, list(metrics))
    if output == "plot":
        show("\n".join(_page(found, metrics, look)))
        return
    rows = [
        {
            "model": found.model,
            "version": point.version,
            "metric": point.metric,
            "source": point.source,
            "value": point.value if abs(point.value) < float("inf") else number(point.value),
            "run": point.run,
        }
        for point in found.points
    ]
    changes = [
        {"version": c.version, "stage": c.stage, "time": c.time, "by": c.by} for c in found.changes
    ]
    show_listing(Format(output), "points", rows, _COLUMNS, stages=changes)


def _page(found: "Trend", metrics: Sequence[str], look: Look) -> list[str]:
    sources = list(dict.fromkeys(point.source for point in found.points))
    if len(sources) > _MOST:
        raise UsageError(
            f"a plot shows {_MOST} data sets at most, not {len(sources)}", fix="--output csv"
        )
    lines: list[str] = []
    for metric in dict.fromkeys(metrics):
        points = [point for point in found.points if point.metric == metric]
        lines += [*_panel(found, metric, points, sources, look), ""]
    return [*lines, *_legend(sources, look), *_changes(found, look)]


def _panel(
    found: "Trend", metric: str, points: Sequence["TrendPoint"], sources: list[str], look: Look
) -> list[str]:
    scale = Scale(low=-0.5, high=len(found.versions) - 0.5)
    held = {change.place for change in found.changes}
    ticks = [
        Tick(at=scale.at(place) or 0.0, label=f"▲{label}" if place in held else label)
        for place, label in enumerate(found.versions)
    ]
    lines = [_line(at, [p for p in points if p.source == s]) for at, s in enumerate(sources)]
    across = Across(scale=scale, ticks=ticks, label="version")
    return panel(f"{safe(metric)} of {safe(found.model)}", [*filter(None, lines)], across, look)


def _line(owner: int, points: Sequence["TrendPoint"]) -> Line | None:
    across, up = [p.place for p in points], [p.value for p in points]
    return Line(owner=owner, across=across, up=up) if points else None


def _legend(sources: Sequence[str], look: Look) -> list[str]:
    texts = ["in the run of the version" if s == "run" else f"on the data {s}" for s in sources]
    return [
        f"{key_of(at, look)}  {shortened(text, look.width - _KEY_WIDTH)}"
        for at, text in enumerate(texts)
    ]


def _changes(found: "Trend", look: Look) -> list[str]:
    """Return a line for each time that a version came to a stage."""
    rows = [
        [f"▲{change.version}", safe(change.stage), moment(change.time), safe(change.by)]
        for change in found.changes
    ]
    return ["", *(shortened(line, look.width) for line in laid_out(rows))] if rows else []
