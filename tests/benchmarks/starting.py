"""Figures of what it takes to begin: an import, a command, a run in a fresh process."""

from pathlib import Path

from tests.benchmarks.costs import MLTRACK, PYTHON, child
from tests.benchmarks.place import Place
from tests.benchmarks.reading import Bar, Figure, Measured, ratio

NO_CAPTURE = {"MLTRACK_CAPTURE_CODE": "false", "MLTRACK_CAPTURE_PACKAGES": "false"}


def _import(place: Place) -> Measured:
    """The floor is the interpreter's own start, site-packages included."""
    ours, floor = ([PYTHON, "-c", code] for code in ("import mltrack", "pass"))
    return _compared(place, ours, floor, tries=41)


def _version(place: Place) -> Measured:
    """The floor imports typer and does nothing with it: no parser is built, nothing is printed."""
    return _compared(place, [MLTRACK, "--version"], [PYTHON, "-c", "import typer"], tries=21)


def _fresh(place: Place) -> Measured:
    """Both keep the same facts in a folder of their own; the floor waits for the disk five times.

    It looks for no store, reads no settings, marks no process alive, checks no value and
    hides nothing from git. The store is there before the first try.
    """
    folder = place.repository("fresh")
    ours, floor = child("fresh"), child("fresh_by_hand")
    place.spent(ours, folder, NO_CAPTURE)
    return _compared(place, ours, floor, tries=31, folder=folder)


def _compared(
    place: Place, ours: list[str], floor: list[str], *, tries: int, folder: Path | None = None
) -> Measured:
    return ratio(
        *place.pairs(
            lambda: place.spent(ours, folder, NO_CAPTURE).cpu,
            lambda: place.spent(floor, folder).cpu,
            tries=tries,
        )
    )


FIGURES = (
    Figure(
        name="import",
        what='`python -c "import mltrack"`',
        floor="`python -c pass`",
        bar=Bar(1.3),
        measure=_import,
    ),
    Figure(
        name="version",
        what="`mltrack --version`",
        floor='`python -c "import typer"`',
        bar=Bar(1.15),
        measure=_version,
    ),
    Figure(
        name="fresh",
        what="`start_run`, one metric, `finish` in a fresh process, without captures",
        floor="the same by hand with `json` and `os`, in a fresh process",
        bar=Bar(2),
        measure=_fresh,
    ),
)
