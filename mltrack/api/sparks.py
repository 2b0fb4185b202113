"""The curve of a metric as one line of text, for each of some runs."""

from collections.abc import Sequence

from mltrack.api.run import Run
from mltrack.api.store import opened_store
from mltrack.charts.sparks import spark
from mltrack.errors import NotFoundError, nearest
from mltrack.tracking.catalog import search

_GROUP = "metrics."


def spark_column(runs: Sequence[Run], key: str) -> list[str]:
    """Return the curve of a metric in each run, empty for a run without it.

    Raises:
        NotFoundError: no run of the store has such a metric.
    """
    known = search.names(opened_store(), "metrics")
    name = key if key in known else key.removeprefix(_GROUP)
    if name not in known:
        raise NotFoundError(f"no run has the metric {name!r}{nearest(name, known)}")
    return [_spark(run, name) for run in runs]


def sparks_of(run: Run) -> dict[str, str]:
    """Return the curve of each metric of a run that has more than one point."""
    return {
        name: _spark(run, name) for name, found in run.record.metrics.items() if found.count > 1
    }


def _spark(run: Run, name: str) -> str:
    return spark(run.history(name).values) if name in run.record.metrics else ""
