"""The figures that there are, in the order of the table."""

from collections.abc import Iterable

from tests.benchmarks import (
    builds,
    commits,
    files,
    growth,
    listings,
    long,
    points,
    predicting,
    projects,
    registries,
    reports,
    runs,
    stages,
    starting,
)
from tests.benchmarks.reading import Figure

MODULES = (
    starting,
    points,
    runs,
    commits,
    listings,
    long,
    files,
    stages,
    registries,
    projects,
    predicting,
    reports,
)
USUAL: tuple[Figure, ...] = tuple(figure for module in MODULES for figure in module.FIGURES)
ALL = (*USUAL, *growth.FIGURES, *builds.FIGURES)
"""Those too that are measured only when they are named."""
NAMES = tuple(figure.name for figure in ALL)


def chosen(names: Iterable[str], peers: Iterable[str]) -> tuple[Figure, ...]:
    """Return the figures of these names, or the usual ones, but those of absent peers."""
    wanted = set(names)
    figures = [f for f in ALL if f.name in wanted] if wanted else USUAL
    return tuple(figure for figure in figures if not figure.peer or figure.peer in set(peers))
