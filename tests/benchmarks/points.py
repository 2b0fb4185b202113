"""Figures of one logged value."""

from typing import Any

from tests.benchmarks.costs import child
from tests.benchmarks.place import Place
from tests.benchmarks.reading import Bar, Figure, Measured, ratio
from tests.benchmarks.starting import NO_CAPTURE

ROUNDS, POINTS = 15, 4000
_FLOOR = "`json.dumps` and one `os.write` of the same line"


def _one(place: Place) -> Measured:
    """The floor asks no clock, takes no lock and knows the file; its row is a new dict each time.

    It calls `json.dumps` without arguments, which is its fast way.
    """
    found = _logged(place)
    return ratio(found["one"], found["floor"], "us")


def _many(place: Place) -> Measured:
    """Of ours the call of twenty values divided by twenty; of the floor a line with one value."""
    found = _logged(place)
    return ratio(found["many"], found["floor"], "us")


def _logged(place: Place) -> dict[str, Any]:
    """Return what one process gave that did all three in turn; further ones are added to it."""
    found: dict[str, list[float]] = {"floor": [], "one": [], "many": []}
    processes = place.runs or 3
    for number in range(processes):
        folder = place.repository("points")
        asked = child("points", ROUNDS, place.size(POINTS, 40))
        for name, seconds in place.spent(asked, folder, NO_CAPTURE).json().items():
            found[name] += seconds
        place.say(f"process {number + 1} of {processes}")
    return found


FIGURES = (
    Figure(
        name="log_metric",
        what="one `log_metric` call, safe against SIGKILL when it returns",
        floor=_FLOOR,
        bar=Bar(0.9),
        measure=_one,
    ),
    Figure(
        name="log_metrics",
        what="20 metrics in one `log_metrics`, per value",
        floor=_FLOOR,
        bar=Bar(0.3),
        measure=_many,
    ),
)
