"""A sweep: parameters against a metric, as small scatters and as parallel coordinates."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from mltrack.charts.scales import Scale, is_number, scale_of
from mltrack.report.drawing import Drawing, Frame, Line, Mark, word, x_marks, y_marks
from mltrack.report.table import Column
from mltrack.report.words import counted

SHADES = 5
"""How many shades the style sheet has, from the lowest value of a metric to the highest."""
_MOST_AXES = 8
_MOST_SCATTERS = 6
_FEWEST_RUNS = 3
_SMALL = Frame(left=52, top=10, width=256, height=150)
_WIDE = Frame(left=60, top=30, width=880, height=230)


@dataclass(frozen=True, slots=True, kw_only=True)
class Axis:
    """One axis of parallel coordinates: its place, its name, its marks."""

    x: float
    title: str
    ticks: tuple[Mark, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Parallel:
    """Parallel coordinates: a line a run, its shade by its metric."""

    title: str
    frame: Frame
    axes: tuple[Axis, ...]
    lines: tuple[Line, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Sweep:
    """What a sweep looks like.

    Attributes:
        metric: the metric that everything is held against.
        parallel: all parameters and the metric; None where a single one is varied.
        scatters: each parameter against the metric.
    """

    metric: str
    parallel: Parallel | None
    scatters: tuple[Drawing, ...]


def axes_of(columns: Sequence[Column], group: str) -> list[Column]:
    """Return the columns of a group that can be an axis: those that vary and have a scale."""
    return [
        column
        for column in columns
        if _group(column) == group
        and len(set(_placed(column))) > 1
        and _scale_for(column) is not None
    ]


def _placed(column: Column) -> list[Any]:
    """Return the values that have a place: of numbers neither NaN nor the infinities, as charts."""
    return [v for v in column.values if v is not None and (not column.numeric or is_number(v))]


def _scale_for(column: Column, *, padded: bool = False) -> Scale | None:
    return scale_of(_placed(column), padded=padded)


def _group(column: Column) -> str:
    return column.key.partition(".")[0].rpartition(" ")[2]


def sweep_of(columns: Sequence[Column], labels: Sequence[str], best: str = "") -> Sweep | None:
    """Return the sweep that some runs are; None where no parameter or no metric varies.

    Args:
        columns: the columns of the table of runs.
        labels: what each run is called.
        best: the key of the metric to hold parameters against; else it is the first that varies.
    """
    params = axes_of(columns, "params")
    metrics = [c for c in axes_of(columns, "metrics") if c.numeric]
    if not params or not metrics or len(labels) < _FEWEST_RUNS:
        return None
    metric = next((column for column in metrics if column.key == best), metrics[0])
    chosen = params[: _MOST_AXES - 1]
    return Sweep(
        metric=metric.title,
        parallel=_parallel([*chosen, metric], metric, labels) if len(chosen) > 1 else None,
        scatters=tuple(_scatter(param, metric, labels) for param in params[:_MOST_SCATTERS]),
    )


def shade_of(value: Any, metric: Scale) -> int | None:  # noqa: ANN401 - a cell's value
    """Return which of the shades a value has; None where it has none."""
    at = metric.at(value) if is_number(value) else None
    return None if at is None else min(int(at * SHADES), SHADES - 1)


def _parallel(columns: Sequence[Column], metric: Column, labels: Sequence[str]) -> Parallel:
    scales = [_scale_for(column) or Scale() for column in columns]
    xs = [_WIDE.x(number / (len(columns) - 1)) for number in range(len(columns))]
    axes = [
        Axis(x=x, title=word(c.title), ticks=tuple(_tick(x, t.at, t.label) for t in scale.ticks()))
        for x, c, scale in zip(xs, columns, scales, strict=True)
    ]
    lines = [
        Line(d=_crossing(at, columns, scales, xs), label=label, number=shade)
        for at, label in enumerate(labels)
        if (shade := shade_of(metric.values[at], scales[-1])) is not None
    ]
    return Parallel(
        title=f"{counted(len(labels), 'run')} on {len(columns)} axes, the last is {metric.title}",
        frame=_WIDE,
        axes=tuple(axes),
        lines=tuple(line for line in lines if line.d),
    )


def _tick(x: float, along: float, label: str) -> Mark:
    return Mark(x=x, y=_WIDE.y(along), label=word(label))


def _crossing(
    run: int, columns: Sequence[Column], scales: Sequence[Scale], xs: Sequence[float]
) -> str:
    """Return the line of a run through the axes; it skips an axis on which it has no place."""
    places = [scale.at(column.values[run]) for column, scale in zip(columns, scales, strict=True)]
    points = [(x, _WIDE.y(at)) for x, at in zip(xs, places, strict=True) if at is not None]
    return "".join(f"{'L' if n else 'M'}{x:.0f} {y:.0f}" for n, (x, y) in enumerate(points))


def _scatter(param: Column, metric: Column, labels: Sequence[str]) -> Drawing:
    x = _scale_for(param, padded=True) or Scale()
    y = _scale_for(metric, padded=True) or Scale()
    pairs = zip(param.values, metric.values, labels, strict=True)
    places = [(x.at(value), y.at(height), label) for value, height, label in pairs]
    dots = [
        Line(d=f"M{_SMALL.x(across):.0f} {_SMALL.y(up):.0f}h0", label=label)
        for across, up, label in places
        if across is not None and up is not None
    ]
    return Drawing(
        title=f"{metric.title} against {param.title}, {counted(len(dots), 'run')}",
        width=320,
        height=204,
        frame=_SMALL,
        x_ticks=x_marks(_SMALL, _few(x)),
        y_ticks=y_marks(_SMALL, y),
        x_label=param.title,
        y_label=metric.title,
        lines=(Line(d="".join(dot.d for dot in dots)),),
    )


def _few(scale: Scale) -> Sequence[Any]:
    """Return as many marks as a small drawing has room for."""
    ticks = scale.ticks()
    return ticks[:: max(1, -(-len(ticks) // 5))]
