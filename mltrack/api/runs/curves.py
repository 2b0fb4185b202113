"""Read the curves that are named by words: metrics, and the runs that logged them."""

import re
from collections.abc import Sequence
from dataclasses import dataclass

from mltrack.api.runs.run import Run
from mltrack.api.runs.search import search_runs
from mltrack.api.selectors import parts_of, select_run
from mltrack.api.store import opened_store
from mltrack.charts.smoothing import smoothed
from mltrack.charts.thinning import Curve, thinned
from mltrack.errors import ConflictError, NotFoundError, UsageError, nearest
from mltrack.progress import Share, nobody
from mltrack.store.store import Store
from mltrack.tracking.catalog import search
from mltrack.tracking.history import histories_of
from mltrack.tracking.journals import read_journals

NEWEST = 5
"""So many runs are shown unless some are named."""
MOST = 26
"""More curves cannot be told apart; there are so many letters."""
_RUN = re.compile(r"[0-9]{1,9}(\.\.[0-9]{1,9})?\Z|@|[0-9]{8}-")
_GROUP = "metrics."
_NAMED = 8


@dataclass(frozen=True, slots=True, kw_only=True)
class MetricCurves:
    """The curves of one metric, by where their run stands among all; runs without it have none."""

    metric: str
    curves: tuple[tuple[int, Curve], ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class RunCurves:
    """Runs, and the curves of some metrics of theirs.

    Attributes:
        runs: the runs.
        metrics: the metrics, each with the curves that there are.
        without: a line for each metric that some of the runs did not log.
    """

    runs: tuple[Run, ...]
    metrics: tuple[MetricCurves, ...]
    without: tuple[str, ...] = ()


def run_curves(
    words: Sequence[str], *, smooth: float = 0.0, most: int | None = None, tell: Share = nobody
) -> RunCurves:
    """Return the curves that words mean.

    Args:
        words: metrics, and selectors of runs; what is a metric's name is the metric. With no run
            named, the newest of the latest experiment are meant.
        smooth: the weight of the moving average, from 0 to below 1.
        most: keep at most so many points of each; None: all.
        tell: is told how many runs have been read.

    Raises:
        UsageError: no metric is named, too many runs are, or `smooth` is out of range.
        NotFoundError: there is no such metric or run, or none of the runs logged the metric.
    """
    if not 0 <= smooth < 1:
        raise UsageError(f"a curve is smoothed by 0 to below 1, not {smooth}", fix="--smooth 0.9")
    store = opened_store()
    metrics, selectors = _sorted_out(store, words)
    runs = _runs(selectors)
    if not metrics:
        raise _none_named(runs)
    found = []
    for done, run in enumerate(runs, 1):
        found.append(_curves(store, run, metrics, smooth, most))
        tell(done, len(runs), "histories")
    return RunCurves(
        runs=tuple(runs),
        metrics=tuple(_of_metric(name, found) for name in metrics),
        without=tuple(filter(None, (_without(name, runs, found) for name in metrics))),
    )


def _sorted_out(store: Store, words: Sequence[str]) -> tuple[list[str], list[str]]:
    """Return the metrics and the selectors among words, each once."""
    known = set(search.names(store, "metrics"))
    metrics, selectors = dict[str, None](), list[str]()
    for word in words:
        bare = word.removeprefix(_GROUP)
        if word in known or bare in known:
            metrics[word if word in known else bare] = None
        elif _RUN.match(word) or _is_run(store, word):
            selectors.append(word)
        else:
            raise NotFoundError(
                f"no metric and no run is called {word!r}{nearest(word, sorted(known))}",
                why=_listed("there are the metrics", sorted(known)),
            )
    return list(metrics), selectors


def _is_run(store: Store, word: str) -> bool:
    try:
        select_run(store, word)
    except ConflictError:  # several begin so: whoever selects will name them
        return True
    except (NotFoundError, UsageError):
        return False
    return True


def _none_named(runs: Sequence[Run]) -> UsageError:
    import shlex

    first = next(iter(_names_of(runs)), None)
    fix = f"mltrack plot {shlex.quote(first)}" if first else ""
    return UsageError("no metric is named", why=_what_they_have(runs), fix=fix)


def _runs(selectors: Sequence[str]) -> list[Run]:
    runs = _selected(selectors) if selectors else _newest()
    if len(runs) > MOST:
        raise _too_many(len(runs))
    return runs


def _selected(selectors: Sequence[str]) -> list[Run]:
    parts = parts_of(selectors)
    if len(parts) > MOST:
        raise _too_many(len(parts))
    from mltrack.api.runs.runs import distinct_runs

    return distinct_runs(parts)


def _too_many(count: int) -> UsageError:
    return UsageError(f"a plot shows {MOST} runs at most, not {count:,}", fix="name fewer")


def _newest() -> list[Run]:
    latest = search_runs(limit=1)
    if not latest:
        raise NotFoundError("there are no runs yet", fix="mltrack run PATH")
    return list(search_runs(experiment=latest[0].record.experiment_id, limit=NEWEST))


def _curves(
    store: Store, run: Run, metrics: Sequence[str], smooth: float, most: int | None
) -> dict[str, Curve]:
    wanted = [name for name in metrics if name in run.record.metrics]
    journals = read_journals(store, run.id) if wanted else []
    found = {}
    for name, history in histories_of(journals, wanted):
        curve = Curve(
            began=run.record.started.timestamp(),
            steps=history.steps,
            times=history.times,
            values=smoothed(history.values, smooth),
            count=len(history),
        )
        if len(history):
            found[name] = curve if most is None else thinned(curve, most)
    return found


def _of_metric(name: str, found: Sequence[dict[str, Curve]]) -> MetricCurves:
    curves = tuple((at, curves[name]) for at, curves in enumerate(found) if name in curves)
    return MetricCurves(metric=name, curves=curves)


def _without(name: str, runs: Sequence[Run], found: Sequence[dict[str, Curve]]) -> str:
    """Return a line that names the runs without points of a metric; empty where all have some.

    Raises:
        NotFoundError: none has any.
    """
    lacking = [run for run, curves in zip(runs, found, strict=True) if name not in curves]
    handles = ", ".join(run.handle for run in lacking)
    if len(lacking) < len(runs):
        return f"without {name}: {handles}" if lacking else ""
    if any(name in run.record.metrics for run in lacking):
        raise NotFoundError(
            f"no point of {name} is left in these runs: {handles}",
            why="they logged it, but their journals lack it or cannot be read",
            fix="mltrack fsck",
        )
    raise NotFoundError(f"none of these runs logged {name}: {handles}", why=_what_they_have(runs))


def _what_they_have(runs: Sequence[Run]) -> str:
    return _listed("these runs have", _names_of(runs))


def _names_of(runs: Sequence[Run]) -> list[str]:
    return sorted({name for run in runs for name in run.metrics})


def _listed(what: str, names: Sequence[str]) -> str:
    more = f" and {len(names) - _NAMED} more" if len(names) > _NAMED else ""
    return f"{what} {', '.join(names[:_NAMED])}{more}" if names else f"{what}: none"
