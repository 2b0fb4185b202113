"""Figures of a report of very many runs: how large, what it costs, how fast it answers."""

from pathlib import Path
from statistics import quantiles

from tests.benchmarks import many_curves
from tests.benchmarks.costs import MLTRACK, child
from tests.benchmarks.place import Place
from tests.benchmarks.reading import Bar, Figure, Measured, ratio

RUNS, POINTS = 1000, 1000
_PAGE = "report.html"
_WRITE = [MLTRACK, "report", "--all", "--yes", "-o", _PAGE]


def _size(place: Place) -> Measured:
    return Measured(_written(place).stat().st_size / 1e6)


def _cost(place: Place) -> Measured:
    """Each try is a fresh process; the store was listed before."""
    project = _project(place)
    return ratio(
        *place.pairs(
            lambda: place.spent(_WRITE, project).cpu,
            lambda: place.spent(child("histories"), project).cpu,
            tries=5,
        ),
        "s",
    )


def _interactive(place: Place) -> Measured:
    """Each try is a page in a window of its own, of one browser; until its script has run."""
    from tests.benchmarks import pages

    page = _written(place)
    empty = pages.empty_page(place.scratch / "empty.html", page.stat().st_size)
    with pages.chromium() as browser:
        return ratio(
            *place.pairs(
                lambda: pages.seconds_until_ready(browser, page),
                lambda: pages.seconds_until_ready(browser, empty),
                tries=5,
            )
        )


def _hover(place: Place) -> Measured:
    """Of 200 moves over 40 curves, what one in twenty takes longer than."""
    from tests.benchmarks import pages

    page = _written(place)
    with pages.chromium() as browser:
        taken = pages.hovered(browser, page, moves=200).taken
    return Measured(quantiles(taken, n=20)[-1], tries=len(taken))


def _written(place: Place) -> Path:
    project = _project(place)
    place.spent(_WRITE, project)
    return project / _PAGE


def _project(place: Place) -> Path:
    runs = place.size(RUNS, 60)
    place.say(f"{runs:,} runs of {POINTS:,} points")
    return many_curves.built(runs, POINTS, place.folder / "curves" / f"{runs}")


FIGURES = (
    Figure(
        name="report-size",
        what="a report of 1,000 runs and 1,000,000 points",
        bar=Bar(5),
        unit="MB",
        measure=_size,
    ),
    Figure(
        name="report",
        what="writing it, processor time",
        floor="reading the same histories",
        bar=Bar(2),
        measure=_cost,
    ),
    Figure(
        name="report-interactive",
        what="until it answers in Chromium",
        floor="an empty page with the same bytes",
        bar=Bar(3),
        measure=_interactive,
    ),
    Figure(
        name="report-hover",
        what="script of a move over 40 of its curves",
        bar=Bar(16),
        unit="ms",
        measure=_hover,
    ),
)
