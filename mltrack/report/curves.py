"""Curves of one metric over the steps of several runs, drawn over each other."""

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise

from mltrack.charts.labels import brief, number, safe
from mltrack.charts.scales import Scale, roomy, scale_of
from mltrack.charts.thinning import Curve, points_for, thinned
from mltrack.report.drawing import Drawing, Frame, Line, x_marks, y_marks
from mltrack.report.entities import RunFacts
from mltrack.report.words import counted

FRAME = Frame(left=56, top=12, width=488, height=210)
WIDTH, HEIGHT = 560, 264
FINE = 10
"""Curves are drawn in units of so many to one of the frame, so that their points are whole."""
_POINTS_IN_ALL = 60_000
"""What all drawings of a page may hold together; a thousand curves are then drawn with 60 each."""
_MOST_ROWS = 40


@dataclass(frozen=True, slots=True, kw_only=True)
class CurveRow:
    """A curve in figures, for those who do not see it."""

    run: str
    name: str
    points: str
    first: str
    last: str
    low: str
    high: str
    gaps: int


@dataclass(frozen=True, slots=True, kw_only=True)
class MetricPage:
    """One metric: its drawing, and its curves in figures.

    Attributes:
        rows: the first curves in figures.
        more: how many curves have no row.
    """

    name: str
    drawing: Drawing
    rows: tuple[CurveRow, ...]
    more: int


def metric_pages(runs: Sequence[RunFacts], names: Sequence[str]) -> list[MetricPage]:
    """Return a page for each metric, in the order of their names as they are given."""
    most = points_for(sum(len(run.curves) for run in runs), _POINTS_IN_ALL)
    return [_page(name, runs, most) for name in names]


def _page(name: str, runs: Sequence[RunFacts], most: int) -> MetricPage:
    curves = [(at, run, run.curves[name]) for at, run in enumerate(runs) if name in run.curves]
    rows = tuple(_row(run, curve) for _, run, curve in curves[:_MOST_ROWS])
    drawn = [(at, run, thinned(curve, most)) for at, run, curve in curves]
    drawing = _drawing(name, drawn)
    return MetricPage(name=safe(name), drawing=drawing, rows=rows, more=len(curves) - len(rows))


def _drawing(name: str, curves: Sequence[tuple[int, RunFacts, Curve]]) -> Drawing:
    steps = scale_of([s for *_, c in curves for s in (c.steps[0], c.steps[-1])])
    x = Scale(low=steps.low, high=steps.high) if steps else Scale()
    heights = [v for *_, c in curves for v in c.values if math.isfinite(v)]
    y = _even(heights)
    return Drawing(
        title=f"{safe(name)} over the steps of {counted(len(curves), 'run')}",
        width=WIDTH,
        height=HEIGHT,
        frame=FRAME,
        x_ticks=x_marks(FRAME, x.ticks()),
        y_ticks=y_marks(FRAME, y),
        x_label="step",
        lines=tuple(
            Line(
                d=path_of(c, x, y), label=safe(f"{run.handle} {brief(run.record.name)}"), number=at
            )
            for at, run, c in curves
        ),
    )


def _even(values: Sequence[float]) -> Scale:
    """Return an even axis with a little room, whatever decades the values span."""
    return roomy(min(values, default=0.0), max(values, default=1.0), share=0.04)


def path_of(curve: Curve, x: Scale, y: Scale) -> str:
    """Return the path of a curve in fine whole units; what is no finite number is a gap.

    It reckons in halves, for the whole of an axis may be more than a float holds.
    """
    across = FINE * FRAME.width / ((x.high / 2 - x.low / 2) or 1.0)
    upwards = FINE * FRAME.height / ((y.high / 2 - y.low / 2) or 1.0)
    left, bottom = FINE * FRAME.left, FINE * FRAME.bottom
    first, low = x.low / 2, y.low / 2
    words: list[str] = []
    pen = "M"
    for step, value in zip(curve.steps, curve.values, strict=True):
        if math.isfinite(value):
            right = left + (step / 2 - first) * across
            down = bottom - (value / 2 - low) * upwards
            words.append(f"{pen}{right:.0f} {down:.0f}")
            pen = "L"
        else:
            pen = "M"
    return "".join(_with_dots(words))


def _with_dots(words: Sequence[str]) -> Iterator[str]:
    """Yield the path with a dot for each point that stands alone, which no line would show."""
    for word, following in pairwise([*words, "M"]):
        yield word
        if word[0] == "M" and following[0] == "M":
            yield "h0"


def _row(run: RunFacts, curve: Curve) -> CurveRow:
    finite = [value for value in curve.values if math.isfinite(value)]
    return CurveRow(
        run=run.handle,
        name=safe(brief(run.record.name)),
        points=f"{curve.count:,}",
        first=f"{number(curve.values[0])} at {curve.steps[0]}",
        last=f"{number(curve.values[-1])} at {curve.steps[-1]}",
        low=number(min(finite)) if finite else "",
        high=number(max(finite)) if finite else "",
        gaps=len(curve.values) - len(finite),
    )
