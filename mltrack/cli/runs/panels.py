"""Draw curves as a panel of text: title, axes with marks, dots, a letter where each curve ends."""

import math
from collections.abc import Sequence
from dataclasses import dataclass

from mltrack.charts.braille import DOWN, Canvas, Span, sample_of
from mltrack.charts.labels import numbers
from mltrack.charts.scales import Scale, Tick, axis_of
from mltrack.cli.tables import fitted, shortened

LETTERS = "abcdefghijklmnopqrstuvwxyz"
_COLOURS = ("36", "33", "35", "32", "34", "31")
_MOST_LETTERS = 6
_LEAST_WIDTH = 8


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """A curve: which one it is, from 0, and its points; what is not finite is a gap."""

    owner: int
    across: Sequence[float]
    up: Sequence[float]


@dataclass(frozen=True, slots=True, kw_only=True)
class Across:
    """The axis below the curves: its range, its marks, and what it measures."""

    scale: Scale
    ticks: Sequence[Tick]
    label: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Look:
    """How panels are drawn: cells in each direction, colours, a logarithmic axis."""

    width: int
    height: int
    is_styled: bool = False
    log: bool = False


def panel(title: str, lines: Sequence[Line], across: Across, look: Look) -> list[str]:
    """Return the lines of text of a panel, none wider than it may be."""
    up = axis_of((value for line in lines for value in line.up), log=look.log)
    if up is None:
        why = "nothing above 0 to show with --log" if look.log else "no number to show"
        return [shortened(title, look.width), shortened(f"  {why}", look.width)]
    labels = _labels_by_row(up, look.height)
    gutter = max(map(len, labels.values()), default=0)
    margin = min(len(lines), _MOST_LETTERS) + 1
    canvas = Canvas(max(look.width - gutter - 2 - margin, _LEAST_WIDTH), look.height)
    ends = _draw(canvas, lines, across.scale, up)
    rows = [
        f"{labels.get(row, ''):>{gutter}} {'┤' if row in labels else '│'}"
        + _painted(spans, look)
        + _end(ends.get(row, []), look)
        for row, spans in enumerate(canvas.lines())
    ]
    below = _below(across, canvas.width, gutter + 2, look.width)
    return [shortened(title, look.width), *(row.rstrip() for row in rows), *below]


def key_of(owner: int, look: Look) -> str:
    """Return the letter of a curve and a piece of its line, as they stand in a legend."""
    return _in_colour(f"{LETTERS[owner]} {sample_of(owner)}", owner, look)


def _labels_by_row(up: Scale, height: int) -> dict[int, str]:
    """Return what stands beside each row of cells; the ends where no round number lies between."""
    ticks = up.ticks()
    if len({tick.label for tick in ticks}) < 2:  # noqa: PLR2004 - one mark makes no axis
        ends = numbers([up.low, up.high])
        ticks = tuple(Tick(at=float(at), label=label) for at, label in enumerate(ends))
    found: dict[int, str] = {}
    for apart in range(1, len(ticks) + 1):  # so far that each has a row of its own
        shown = ticks[::apart]
        found = {_row_of(tick, height): tick.label for tick in shown}
        if len(found) == len(shown):
            break
    return found


def _row_of(tick: Tick, height: int) -> int:
    return round((1 - min(max(tick.at, 0), 1)) * (height * DOWN - 1)) // DOWN


def _draw(canvas: Canvas, lines: Sequence[Line], across: Scale, up: Scale) -> dict[int, list[int]]:
    """Draw the curves, and return by row which of them end there."""
    ends: dict[int, list[int]] = {}
    for line in lines:
        spots = [
            None if x is None or y is None else canvas.place(x, y)
            for x, y in (
                _place(*point, across, up) for point in zip(line.across, line.up, strict=True)
            )
        ]
        canvas.draw(spots, line.owner)
        last = next((spot for spot in reversed(spots) if spot is not None), None)
        if last is not None:
            ends.setdefault(last[1] // DOWN, []).append(line.owner)
    return ends


def _place(x: float, y: float, across: Scale, up: Scale) -> tuple[float | None, float | None]:
    if not (math.isfinite(x) and math.isfinite(y)):
        return None, None
    return across.at(x), up.at(y)


def _painted(spans: Sequence[Span], look: Look) -> str:
    return "".join(
        span.text if span.owner is None else _in_colour(span.text, span.owner, look)
        for span in spans
    )


def _end(owners: Sequence[int], look: Look) -> str:
    """Return the letters of the curves that end in a row."""
    shown = owners if len(owners) <= _MOST_LETTERS else owners[: _MOST_LETTERS - 1]
    letters = "".join(_in_colour(LETTERS[owner], owner, look) for owner in shown)
    return f" {letters}{'…' if len(shown) < len(owners) else ''}" if owners else ""


def _in_colour(text: str, owner: int, look: Look) -> str:
    return f"\x1b[{_COLOURS[owner % len(_COLOURS)]}m{text}\x1b[0m" if look.is_styled else text


def _below(across: Across, width: int, indent: int, most: int) -> list[str]:
    """Return the axis with its marks, what these say, and what it measures."""
    line, said = ["─"] * width, [" "] * (width + indent)
    free = 0
    for tick in across.ticks:
        column = round(min(max(tick.at, 0), 1) * (width - 1))
        start = min(max(indent + column - len(tick.label) // 2, 0), len(said) - len(tick.label))
        if start < free:
            continue
        line[column] = "┬"
        said[start : start + len(tick.label)] = tick.label
        free = start + len(tick.label) + 1
    axis = f"{' ' * (indent - 1)}└{''.join(line)}"
    label = fitted(across.label, min(len(across.label), most))
    return [axis, "".join(said).rstrip(), f"{' ' * indent}{label:^{width}}".rstrip()]
