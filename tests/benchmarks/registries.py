"""Figures of a registry that is read for the first time: its files, and what they say together."""

from statistics import median

from mltrack.store.layout import STORE_NAME
from tests.benchmarks import models
from tests.benchmarks.costs import child
from tests.benchmarks.place import Place
from tests.benchmarks.reading import Bar, Figure, Measured, ratio

EVENTS, PARSED = 10_000, 100_000
MODELS = 100
TIMES = 5


def _folded(place: Place) -> Measured:
    """The processor time, the worse of two cases: all in one model, and in a hundred."""
    count = place.size(PARSED, 300)
    place.say(f"folding {count:,} events")
    worst: list[float] = []
    for many in (1, place.size(MODELS, 3)):
        argv = child("fold", count, many, place.runs or TIMES)
        worst.append(median(place.spent(argv).json()))
    return Measured(max(worst), tries=place.runs or TIMES)


def _cold(place: Place) -> Measured:
    """Each in a process of its own, whose start and imports are not counted."""
    count = place.size(EVENTS, 30)
    place.say(f"a model of {count:,} events")
    project = models.built(count, place.folder / "models" / f"{count}")

    def seconds(name: str) -> float:
        taken, found = place.spent(child(name, STORE_NAME, models.MODEL), project).json()
        assert found == count // 3 * 3, "not all events were read"
        return float(taken)

    tried = place.pairs(lambda: seconds("cold_model"), lambda: seconds("floor_events"), tries=9)
    return ratio(*tried)


FIGURES = (
    Figure(
        name="fold-registry",
        what="100,000 parsed events folded, in one model and in 100: processor time",
        bar=Bar(1.5),
        unit="s",
        measure=_folded,
    ),
    Figure(
        name="registry-cold",
        what="a model of 10,000 events viewed for the first time",
        floor="the same files read, hashed and parsed by the C loader, on all cores",
        bar=Bar(1.3),
        measure=_cold,
    ),
)
