"""The curve of a metric as one line of text, for each of some runs."""

from mltrack.api.runs.run import Run
from mltrack.api.runs.search import Runs
from mltrack.charts.sparks import spark
from mltrack.query.keys import metric_key, unknown_key


def spark_column(runs: Runs, metric: str) -> list[str]:
    """Return the curve of a metric in each run, empty for a run without it.

    Raises:
        UsageError: no run of the store has such a metric.
    """
    key = metric_key(metric)
    known = list(runs.names("metrics"))
    if runs and key.name not in known:
        raise unknown_key(key, known)
    return [_spark(run, key.name) for run in runs]


def sparks_of(run: Run) -> dict[str, str]:
    """Return the curve of each metric of a run that has more than one point."""
    return {
        name: _spark(run, name) for name, found in run.record.metrics.items() if found.count > 1
    }


def _spark(run: Run, name: str) -> str:
    return spark(run.history(name).values) if name in run.record.metrics else ""
