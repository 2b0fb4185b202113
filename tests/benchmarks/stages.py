"""Figures of a model with very many events: its stage, when one event was added."""

import shutil
from functools import cache
from statistics import median
from typing import Any

from tests.benchmarks import models
from tests.benchmarks.costs import child
from tests.benchmarks.place import Place
from tests.benchmarks.reading import Bar, Figure, Measured

EVENTS = 10_000
TIMES = 9


@cache
def _resolved(place: Place) -> Any:
    count = place.size(EVENTS, 30)
    place.say(f"a model of {count:,} events")
    built = models.built(count, place.folder / "models" / f"{count}")
    project = place.scratch / "model"
    shutil.copytree(built, project)
    place.say("resolving its stage")
    return place.spent(child("stages", models.MODEL, place.runs or TIMES), project).json()


def _milliseconds(place: Place) -> Measured:
    """The processor time of `resolve_model`, in a process that has resolved it before.

    Another version was promoted since, so that the answer is another one.
    """
    each = [1000 * one["cpu"] for one in _resolved(place)]
    return Measured(median(each), tries=len(each))


def _opened(place: Place) -> Measured:
    """How many event files were opened for it, as the interpreter's audit hook tells."""
    each = [one["opened"] for one in _resolved(place)]
    return Measured(median(each), tries=len(each))


FIGURES = (
    Figure(
        name="stage",
        what="a model's stage resolved, same process, 10,000 events, one event added",
        bar=Bar(1),
        unit="ms",
        measure=_milliseconds,
    ),
    Figure(
        name="stage-files",
        what="the same: events that are read for it",
        bar=Bar(1),
        unit="files",
        measure=_opened,
    ),
)
