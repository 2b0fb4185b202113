"""What a drawing is before it is SVG: paths, marks and words, which the templates write out."""

from collections.abc import Iterable
from dataclasses import dataclass

from mltrack.charts.scales import Scale, Tick

COLOURS = 8
"""How many colours the style sheet has for lines; after so many, lines are dashed otherwise."""
DASHES = 4
_LONGEST_WORD = 16


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """A path, what it stands for, and the number that gives it a colour and dashes."""

    d: str
    label: str = ""
    number: int = 0

    @property
    def style(self) -> str:
        """Return the classes that the style sheet knows."""
        return f"c{self.number % COLOURS} d{self.number // COLOURS % DASHES}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Mark:
    """A place with words beside it."""

    x: float
    y: float
    label: str = ""
    style: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Frame:
    """The area inside the axes of a drawing, in its own units."""

    left: int
    top: int
    width: int
    height: int

    @property
    def right(self) -> int:
        """Return where it ends on the right."""
        return self.left + self.width

    @property
    def bottom(self) -> int:
        """Return where it ends below."""
        return self.top + self.height

    def x(self, along: float) -> float:
        """Return the place of what is so far along, from 0 to 1."""
        return round(self.left + along * self.width, 1)

    def y(self, along: float) -> float:
        """Return the same from the bottom up."""
        return round(self.bottom - along * self.height, 1)


@dataclass(frozen=True, slots=True, kw_only=True)
class Drawing:
    """A drawing with axes.

    Attributes:
        title: what it shows, for those who do not see it.
        width: of the whole, in its own units; as `height`.
        frame: the area inside the axes.
        x_ticks: marks below; the `x` of each is its place.
        y_ticks: marks on the left.
        x_label: what the lower axis counts.
        lines: the lines.
        marks: single places.
    """

    title: str
    width: int
    height: int
    frame: Frame
    x_ticks: tuple[Mark, ...] = ()
    y_ticks: tuple[Mark, ...] = ()
    x_label: str = ""
    y_label: str = ""
    lines: tuple[Line, ...] = ()
    marks: tuple[Mark, ...] = ()


def word(text: str) -> str:
    """Return a word as a drawing has room for it; what is longer than its place is cut."""
    return text if len(text) <= _LONGEST_WORD else f"{text[:_LONGEST_WORD]}…"


def x_marks(frame: Frame, ticks: Iterable[Tick]) -> tuple[Mark, ...]:
    """Return where the marks of the lower axis are."""
    return tuple(Mark(x=frame.x(t.at), y=frame.bottom, label=word(t.label)) for t in ticks)


def y_marks(frame: Frame, scale: Scale) -> tuple[Mark, ...]:
    """Return where the marks of the left axis are."""
    return tuple(Mark(x=frame.left, y=frame.y(t.at), label=word(t.label)) for t in scale.ticks())
