"""Figures of long runs: comparing two, reading the history of one."""

from pathlib import Path

from mltrack.store.layout import METRICS
from tests.benchmarks import long_runs
from tests.benchmarks.costs import MLTRACK, child
from tests.benchmarks.place import Place
from tests.benchmarks.reading import Bar, Figure, Measured, ratio

MANY, FEW = 1_000_000, 1_000
_COMPARE = [MLTRACK, "compare", "1", "2"]


def _compared(place: Place) -> Measured:
    """Each try is a fresh process; both projects have three runs and were listed before."""
    many, few = _project(place, MANY), _project(place, FEW)
    return ratio(
        *place.pairs(
            lambda: place.spent(_COMPARE, many).cpu,
            lambda: place.spent(_COMPARE, few).cpu,
            tries=21,
        )
    )


def _history(place: Place) -> Measured:
    """Each in a process of its own, whose start and imports are not counted.

    The floor parses and forgets: it sorts nothing, and keeps no value.
    """
    project = _project(place, MANY)
    run, _, short = _runs(project)
    floor = child("floor_history", run / METRICS)
    ours = child("history", run.name, short.name)

    def seconds(argv: list[str]) -> float:
        taken, count = place.spent(argv, project).out.split()
        assert int(count) >= place.size(MANY, FEW)
        return float(taken)

    return ratio(*place.pairs(lambda: seconds(ours), lambda: seconds(floor), tries=5), "s")


def _memory(place: Place) -> Measured:
    """The peak of the whole process that reads it."""
    project = _project(place, MANY)
    run, _, short = _runs(project)
    return Measured(place.peak_mib(child("history", run.name, short.name), project))


def _project(place: Place, points: int) -> Path:
    points = place.size(points, FEW)
    place.say(f"two runs of {points:,} points")
    return long_runs.built(points, place.folder / "long" / f"{points}")


def _runs(project: Path) -> list[Path]:
    return sorted(project.glob(".mltrack/runs/*/*/*"), reverse=True)


FIGURES = (
    Figure(
        name="compare",
        what="`mltrack compare` of two runs with 1,000,000 points each",
        floor="of two with 1,000 each",
        bar=Bar(1.1),
        measure=_compared,
    ),
    Figure(
        name="history",
        what="`history` of 1,000,000 rows",
        floor="`json.loads` of its lines, joined as arrays in blocks of 1 MiB",
        bar=Bar(1.5),
        measure=_history,
    ),
    Figure(
        name="memory-history",
        what="peak memory of reading it",
        bar=Bar(120),
        unit="MiB",
        measure=_memory,
    ),
)
