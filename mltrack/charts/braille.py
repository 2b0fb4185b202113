"""A grid of braille cells on which curves are drawn, each with its own pattern of dots."""

from collections.abc import Iterator, Sequence
from typing import NamedTuple

ACROSS, DOWN = 2, 4
"""How many dots a cell has each way."""
_EMPTY = 0x2800
_BITS = ((0x01, 0x08), (0x02, 0x10), (0x04, 0x20), (0x40, 0x80))
_PATTERNS = ("1", "1100", "111010", "10", "1111100", "11110000")
"""Which dots along a curve are drawn: solid, dashed, dash and dot, dotted, and so on."""
Place = tuple[int, int]


class Span(NamedTuple):
    """Cells side by side of which one curve drew last; owner None where no curve did."""

    text: str
    owner: int | None


class Canvas:
    """So many cells, on which dots are set; a cell belongs to the curve that last drew in it."""

    def __init__(self, width: int, height: int) -> None:
        self.width, self.height = width, height
        self._cells = [[0] * width for _ in range(height)]
        self._owners: list[list[int | None]] = [[None] * width for _ in range(height)]

    def place(self, across: float, up: float) -> Place:
        """Return the dot that lies so far to the right and up, each from 0 to 1."""
        right, bottom = self.width * ACROSS - 1, self.height * DOWN - 1
        return round(across * right), round((1 - up) * bottom)

    def draw(self, places: Sequence[Place | None], owner: int) -> None:
        """Draw a curve through dots with the pattern of its owner; None is a gap in it.

        A dot that stands alone between gaps is drawn whatever the pattern is.
        """
        pattern, along = pattern_of(owner), 0
        for before, here, after in _in_threes(places):
            if before is None or after is None:
                self._set(here, owner)
            if after is not None:
                for dot in _between(here, after):
                    if pattern[along % len(pattern)] == "1":
                        self._set(dot, owner)
                    along += 1

    def _set(self, dot: Place, owner: int) -> None:
        x, y = dot
        column, row = x // ACROSS, y // DOWN
        self._cells[row][column] |= _BITS[y % DOWN][x % ACROSS]
        self._owners[row][column] = owner

    def lines(self) -> list[list[Span]]:
        """Return each row of cells, the topmost first, in spans of one owner."""
        return [
            list(_spans(cells, owners))
            for cells, owners in zip(self._cells, self._owners, strict=True)
        ]


def pattern_of(owner: int) -> str:
    """Return which dots along a curve are drawn: `1` is one that is."""
    return _PATTERNS[owner % len(_PATTERNS)]


def sample_of(owner: int, width: int = 4) -> str:
    """Return a piece of the line of a curve, as it stands in a legend."""
    canvas = Canvas(width, 1)
    canvas.draw([(0, 2), (width * ACROSS - 1, 2)], owner)
    return "".join(span.text for span in canvas.lines()[0])


def _in_threes(
    places: Sequence[Place | None],
) -> Iterator[tuple[Place | None, Place, Place | None]]:
    for n, here in enumerate(places):
        if here is not None:
            after = places[n + 1] if n + 1 < len(places) else None
            yield places[n - 1] if n else None, here, after


def _between(start: Place, end: Place) -> Iterator[Place]:
    """Yield the dots of a straight line, the last one left out."""
    (x, y), (to_x, to_y) = start, end
    count = max(abs(to_x - x), abs(to_y - y))
    for n in range(count):
        yield x + round((to_x - x) * n / count), y + round((to_y - y) * n / count)


def _spans(cells: Sequence[int], owners: Sequence[int | None]) -> Iterator[Span]:
    start = 0
    for end in range(1, len(cells) + 1):
        if end == len(cells) or owners[end] != owners[start]:
            text = "".join(chr(_EMPTY + c) if c else " " for c in cells[start:end])
            yield Span(text, owners[start])
            start = end
