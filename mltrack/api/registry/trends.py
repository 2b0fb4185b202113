"""Follow a metric over the versions of a model: in their runs, and as evaluations found it."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from mltrack.api.store import opened_store
from mltrack.errors import NotFoundError, UsageError, nearest
from mltrack.registry import reader
from mltrack.registry.entities import Evaluation, HistoryEntry, ModelState, Version, name_of
from mltrack.registry.lineage.gathering import lineage_of
from mltrack.registry.references import parse_registered
from mltrack.store import clock
from mltrack.store.journal import decode_number

IN_THE_RUN = "run"
_REGISTERED = "registered"
_DIGITS = 12
_NAMED = 8


@dataclass(frozen=True, slots=True, kw_only=True)
class TrendPoint:
    """What a metric was for a version.

    Attributes:
        metric: the metric.
        source: `run`, what the run logged; else the data on which it was evaluated, by its digest.
        version: how people call the version.
        place: where it stands among the versions, from 0.
        value: the value.
        run: the id of the run that keeps it; None where there is none.
    """

    metric: str
    source: str
    version: str
    place: int
    value: float
    run: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class StageChange:
    """A version came to a stage, other than by being registered."""

    version: str
    place: int
    stage: str
    time: str
    by: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Trend:
    """A metric over the versions of a model.

    Attributes:
        model: the name of the model.
        versions: how people call its versions, the oldest first.
        points: what the metrics were, by metric, source and version.
        changes: which versions came to which stages, in the order of time.
    """

    model: str
    versions: tuple[str, ...]
    points: tuple[TrendPoint, ...]
    changes: tuple[StageChange, ...]


def model_trend(model: str, metrics: list[str]) -> Trend:
    """Return how metrics changed over the versions of a model that were not removed.

    Raises:
        UsageError: no metric is named.
        NotFoundError: there is no such model, or no version has a metric that is named.
    """
    store = opened_store()
    state = reader.load_model(store, parse_registered(model).name)
    points = [
        point
        for place, version in enumerate(state.versions)
        for point in _points(version, place, lineage_of(store, state, version).evaluations)
    ]
    known = sorted({point.metric for point in points})
    if not metrics:
        raise UsageError(
            "no metric is named", why=f"{state.name}: {_listed(known)}", fix="mltrack plot --help"
        )
    for name in metrics:
        if name not in known:
            raise _unknown(state, name, known)
    wanted = dict.fromkeys(metrics)
    shown = [point for name in wanted for point in points if point.metric == name]
    return Trend(
        model=state.name,
        versions=tuple(version.label for version in state.versions),
        points=tuple(shown),
        changes=tuple(_changes(state)),
    )


def _points(
    version: Version, place: int, evaluations: Sequence[Evaluation]
) -> Iterator[TrendPoint]:
    """Yield what the run of a version logged, and of each data set what the newest found."""
    for metric, value in _numbers(version.evidence.metrics):
        yield TrendPoint(
            metric=metric,
            source=IN_THE_RUN,
            version=version.label,
            place=place,
            value=value,
            run=version.evidence.run,
        )
    newest = {(one.data, metric): one for one in reversed(evaluations) for metric in one.metrics}
    for (data, metric), one in newest.items():
        for _, value in _numbers({metric: one.metrics[metric]}):
            yield TrendPoint(
                metric=metric,
                source=data[:_DIGITS],
                version=version.label,
                place=place,
                value=value,
                run=one.run,
            )


def _numbers(metrics: Mapping[str, Any]) -> Iterator[tuple[str, float]]:
    for metric, raw in metrics.items():
        value = decode_number(raw)
        if value is not None:
            yield metric, value


def _changes(state: ModelState) -> Iterator[StageChange]:
    places = {version.id: (place, version.label) for place, version in enumerate(state.versions)}
    for entry in state.history:
        for version_id, stage in _moved(entry):
            if version_id in places:
                place, label = places[version_id]
                yield StageChange(
                    version=label,
                    place=place,
                    stage=stage,
                    time=clock.to_text(entry.time.timestamp()),
                    by=name_of(entry.actor),
                )


def _moved(entry: HistoryEntry) -> tuple[tuple[str, str], ...]:
    """Return the versions that an event moved, and where to."""
    if entry.kind == _REGISTERED:
        return ()
    if entry.moved:
        return entry.moved
    return ((entry.version, entry.to_stage),) if entry.version and entry.to_stage else ()


def _listed(known: list[str]) -> str:
    more = f" and {len(known) - _NAMED} more" if len(known) > _NAMED else ""
    return f"their runs and evaluations have {', '.join(known[:_NAMED]) or 'none'}{more}"


def _unknown(state: ModelState, name: str, known: list[str]) -> NotFoundError:
    return NotFoundError(
        f"no version of {state.name} has the metric {name!r}{nearest(name, known)}",
        why=_listed(known),
    )
