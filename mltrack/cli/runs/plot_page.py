"""Lay out the curves of runs: a panel for each metric, and below them what each letter means."""

import math
from collections.abc import Sequence
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from mltrack.charts.scales import Scale, Tick, axis_of, round_moments
from mltrack.cli.cells import cell, number, safe
from mltrack.cli.context import manner
from mltrack.cli.runs.panels import Across, Line, Look, key_of, panel
from mltrack.cli.tables import laid_out, shortened

if TYPE_CHECKING:
    from mltrack.api.runs.curves import MetricCurves, RunCurves
    from mltrack.charts.thinning import Curve

_UNITS = (("days", 86_400), ("hours", 3600), ("minutes", 60))
_DAY, _MINUTES = 86_400, 600
_KEY_WIDTH = 8
_NO_MOMENT = (ValueError, OverflowError, OSError)


def page_of(found: "RunCurves", x: str, look: Look, smooth: float) -> str:
    """Return the panels and the legend as text that fits."""
    panels = [_panel(group, x, look, smooth) for group in found.metrics]
    text = "\n".join("\n".join([*lines, ""]) for lines in panels)
    return "\n".join([text, *_legend(found, look)])


def _panel(group: "MetricCurves", x: str, look: Look, smooth: float) -> list[str]:
    said = [f"smoothed by {number(smooth)}"] if smooth else []
    said += ["logarithmic"] if look.log else []
    title = safe(group.metric) + (f" ({', '.join(said)})" if said else "")
    places = [_along(curve, x) for _, curve in group.curves]
    across, divisor = _across(places, x)
    lines = [
        Line(owner=at, across=[place / divisor for place in along], up=curve.values)
        for (at, curve), along in zip(group.curves, places, strict=True)
    ]
    return panel(title, lines, across, look)


def _along(curve: "Curve", x: str) -> Sequence[float]:
    if x == "step":
        return curve.steps
    return curve.times if x == "wall" else [time - curve.began for time in curve.times]


def _across(places: Sequence[Sequence[float]], x: str) -> tuple[Across, float]:
    """Return the axis, and by what its values are to be divided first."""
    scale = _along_which(places, x)
    if x == "wall":
        return Across(scale=scale, ticks=_moments(scale), label="time"), 1
    label, divisor = _unit(scale) if x == "time" else ("step", 1)
    shown = Scale(low=scale.low / divisor, high=scale.high / divisor)
    return Across(scale=shown, ticks=_ticks(shown, x), label=label), divisor


def _along_which(places: Sequence[Sequence[float]], x: str) -> Scale:
    """Return the axis of some places; one step or moment has a step or second on each side."""
    found = {place for along in places for place in along if math.isfinite(place)}
    if len(found) == 1 and x != "time":
        (only,) = found
        return Scale(low=only - 1, high=only + 1)
    return axis_of(found) or Scale()


def _ticks(scale: Scale, x: str) -> Sequence[Tick]:
    """Return the marks; those of steps at whole numbers only."""
    ticks = scale.ticks()
    whole = [tick for tick in ticks if x != "step" or float(tick.label).is_integer()]
    return whole or [Tick(at=0.5, label=number(scale.low / 2 + scale.high / 2))]


def _unit(scale: Scale) -> tuple[str, int]:
    """Return the unit that suits an axis of seconds since the beginning of a run."""
    found = next((unit for unit in _UNITS if scale.high >= 2 * unit[1]), ("seconds", 1))
    return f"{found[0]} since the run began", found[1]


def _moments(scale: Scale) -> list[Tick]:
    span = scale.high - scale.low
    form = "%Y-%m-%d" if span > 5 * _DAY else "%m-%d %H:%M" if span > _DAY else "%H:%M"
    form = "%H:%M:%S" if span < _MINUTES else form
    marks = round_moments(scale.low, scale.high, ahead_seconds=_ahead_seconds(scale.low))
    return [Tick(at=scale.at(mark) or 0.0, label=_clock(mark, form)) for mark in marks]


def _ahead_seconds(seconds: float) -> float:
    """Return how far the clock that is shown is ahead of UTC at a moment."""
    try:
        offset = _there(seconds).utcoffset()
    except _NO_MOMENT:
        return 0.0
    return offset.total_seconds() if offset else 0.0


def _clock(seconds: float, form: str) -> str:
    try:
        return f"{_there(seconds):{form}}{'Z' if manner().utc else ''}"
    except _NO_MOMENT:
        return number(seconds)


def _there(seconds: float) -> datetime:
    return datetime.fromtimestamp(seconds, UTC).astimezone(UTC if manner().utc else None)


def _legend(found: "RunCurves", look: Look) -> list[str]:
    """Return a line for each run: letter and line, handle, name, the last value of each metric."""
    metrics = [group.metric for group in found.metrics]
    heading = ["", "name", *(f"last {safe(metric)}" for metric in metrics)]
    rows = [
        [run.handle, safe(run.name), *(cell(run.metrics.get(metric)) for metric in metrics)]
        for run in found.runs
    ]
    texts = laid_out([heading, *_cut(rows, look.width)])
    keys = [" " * (_KEY_WIDTH - 2), *(key_of(at, look) for at in range(len(rows)))]
    return [
        f"{key}  {shortened(text, look.width - _KEY_WIDTH)}".rstrip()
        for key, text in zip(keys, texts, strict=True)
    ]


def _cut(rows: Sequence[list[str]], width: int) -> list[list[str]]:
    """Leave room for the values beside a long name."""
    most = max(width // 3, 8)
    return [[handle, shortened(name, most), *rest] for handle, name, *rest in rows]
