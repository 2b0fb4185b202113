"""Figures of listings: the newest, the best, without a cache, after one run was added."""

from collections.abc import Callable, Iterator
from functools import partial

from mltrack.store.layout import STORE_NAME
from tests.benchmarks.costs import MLTRACK, Cost, child
from tests.benchmarks.place import Place
from tests.benchmarks.reading import Bar, Figure, Measured, ratio
from tests.benchmarks.stores import extra_run, without_extra

NEWEST = [MLTRACK, "ls"]
BEST = [MLTRACK, "ls", "--where", "metrics.accuracy > 0.5", "--max", "auc"]


def _listed(place: Place, count: int, argv: list[str], floor: str) -> Measured:
    """Each try is a fresh process; the store was listed before, so that what is cached is.

    Neither floor opens a file of a run, and neither prints a table. Both import rich.table, though
    mltrack needs less of rich where the output is no terminal, as here: that much is given away.
    """
    project = place.store(count)
    against = child(floor, project / STORE_NAME)
    pairs = place.pairs(
        lambda: place.spent(argv, project).cpu, lambda: place.spent(against, project).cpu
    )
    return ratio(*pairs)


def _uncached(place: Place, of: Callable[[Cost], float]) -> Measured:
    """Before each try all that is cached is removed, in the store and at home.

    A filter and a ranking need every run; the newest 20 do not, and would flatter. The floor checks
    no digest, looks for no further writer and keeps nothing.
    """
    project = place.store(10_000)
    against = child("floor_parse", project / STORE_NAME)
    pairs = place.pairs(
        lambda: of(place.spent(BEST, project)),
        lambda: of(place.spent(against, project)),
        tries=5,
        before=lambda: place.forget_caches(project),
    )
    return ratio(*pairs, "s")


def _after_one_more(place: Place) -> Measured:
    """The floor is the same command once more. Then the run is taken away, and listed anew."""
    project = place.store(100_000)

    def ours() -> float:
        extra_run(project)
        return place.spent(NEWEST, project).cpu

    def floor() -> float:
        taken = place.spent(NEWEST, project).cpu
        without_extra(project)
        place.spent(NEWEST, project)
        return taken

    return ratio(*place.pairs(ours, floor, tries=9))


def _memory(place: Place, argv: list[str]) -> Measured:
    """The peak of the process, when the store was listed before."""
    project = place.store(100_000)
    place.spent(argv, project)
    return Measured(place.peak_mib(argv, project))


def _sizes(
    name: str, what: str, argv: list[str], floor: tuple[str, str], bars: tuple[float, float]
) -> Iterator[Figure]:
    for count, bar in zip((10_000, 100_000), bars, strict=True):
        yield Figure(
            name=f"{name}-{count // 1000}k",
            what=f"{what} {count:,} runs, fresh process",
            floor=floor[1],
            bar=Bar(bar),
            measure=partial(_listed, count=count, argv=argv, floor=floor[0]),
        )


_NEWEST_DAY = (
    "floor_newest_day",
    "import typer and rich.table, list the newest day's folder",
)
_STATS = (
    "floor_stats",
    "import the same, `stat` every run's folder and `run.yaml`",
)

FIGURES = (
    *_sizes("ls", "`mltrack ls` (newest 20) of", NEWEST, _NEWEST_DAY, (1.3, 1.3)),
    *_sizes("best", "`mltrack ls --where --max` over", BEST, _STATS, (1.3, 1.2)),
    Figure(
        name="uncached",
        what="`mltrack ls --where --max` over 10,000 runs, no cache at all",
        floor="read the same bytes and parse them with the C loader, on all cores",
        bar=Bar(1.3),
        measure=partial(_uncached, of=lambda cost: cost.cpu),
    ),
    Figure(
        name="uncached-clock",
        what="the same, by the clock on the wall",
        floor="the same",
        measure=partial(_uncached, of=lambda cost: cost.wall),
    ),
    Figure(
        name="one-more",
        what="the next `mltrack ls` after one run was added to 100,000",
        floor="the one after that",
        bar=Bar(1.2),
        measure=_after_one_more,
    ),
    Figure(
        name="memory-ls",
        what="peak memory of `mltrack ls` of 100,000 runs",
        bar=Bar(80),
        unit="MiB",
        measure=partial(_memory, argv=NEWEST),
    ),
    Figure(
        name="memory-best",
        what="peak memory of `mltrack ls --where --max` over 100,000 runs",
        bar=Bar(80),
        unit="MiB",
        measure=partial(_memory, argv=BEST),
    ),
)
