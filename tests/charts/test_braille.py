"""Curves are drawn in dots, eight to a cell, each with a pattern of its own."""

from mltrack.charts.braille import Canvas, Span, sample_of


def text_of(canvas: Canvas) -> list[str]:
    return ["".join(span.text for span in line) for line in canvas.lines()]


def test_corners_are_the_outermost_dots() -> None:
    canvas = Canvas(2, 2)
    for corner in ((0, 0), (0, 1), (1, 0), (1, 1)):
        canvas.draw([canvas.place(*corner)], 0)
    assert text_of(canvas) == ["⠁⠈", "⡀⢀"]


def test_a_line_joins_its_points() -> None:
    canvas = Canvas(2, 1)
    canvas.draw([(0, 3), (3, 0)], 0)
    assert text_of(canvas) == ["⡠⠊"]


def test_a_gap_is_not_drawn_over() -> None:
    canvas = Canvas(3, 1)
    canvas.draw([(0, 0), None, (5, 0)], 0)
    assert text_of(canvas) == ["⠁ ⠈"]


def test_the_curve_that_drew_last_owns_the_cell() -> None:
    canvas = Canvas(3, 1)
    canvas.draw([(0, 0), (5, 0)], 0)
    canvas.draw([(2, 3)], 1)
    assert canvas.lines() == [[Span("⠉", 0), Span("⡉", 1), Span("⠉", 0)]]


def test_curves_differ_without_colour() -> None:
    assert len({sample_of(owner) for owner in range(6)}) == 6
