"""The registry in a report: models by stages, their history, and the trend of their metrics."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from mltrack.charts.labels import MISSING, number, safe
from mltrack.charts.scales import is_number, roomy
from mltrack.query.keys import number_of
from mltrack.registry.contest_errors import contests_of
from mltrack.registry.entities import HistoryEntry, ModelState, Version, name_of
from mltrack.registry.facts import MOVES
from mltrack.report.drawing import Drawing, Frame, Line, Mark, y_marks
from mltrack.report.words import moment, passage

_MOST_MODELS = 50
_MOST_EVENTS = 200
_MOST_TRENDS = 3
_FRAME = Frame(left=60, top=24, width=560, height=130)
_LABELS = 12


@dataclass(frozen=True, slots=True, kw_only=True)
class Held:
    """A version in its stage, or one that is there only for some of the branches."""

    label: str
    run: str
    since: str
    forced: bool
    aliases: str
    contested: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Event:
    """What somebody did to a model."""

    when: str
    version: str
    what: str
    who: str
    why: str
    gates: tuple[tuple[str, bool, str], ...]
    forced: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class ModelPage:
    """A model: what is in each stage, its history, and how its metrics went.

    Attributes:
        stages: for each stage of the board the versions in it, the newest first.
        contested: a line for each stage, alias or number on which branches disagree.
        trends: a drawing for each of its first metrics.
        metrics: for each version its metrics, as rows of a table; the first is the heading.
        more: how many older events are not shown.
    """

    name: str
    description: str
    stages: tuple[tuple[Held, ...], ...]
    contested: tuple[str, ...]
    trends: tuple[Drawing, ...]
    metrics: tuple[tuple[str, ...], ...]
    history: tuple[Event, ...]
    more: int


def board_of(models: Sequence[ModelState], stages: Sequence[str]) -> list[ModelPage]:
    """Return a page for each model that has a version."""
    return [_page(model, stages) for model in models[:_MOST_MODELS] if model.versions]


def _page(model: ModelState, stages: Sequence[str]) -> ModelPage:
    entries = list(model.history)
    names = _metrics_of(model.versions)
    drawn = [_trend(name, model, entries) for name in names[:_MOST_TRENDS]]
    return ModelPage(
        name=safe(model.name),
        description=passage(str(model.fields.get("description") or "")),
        stages=tuple(_held(model, stage) for stage in stages),
        contested=tuple(safe(error.message) for error in contests_of(model)),
        trends=tuple(drawing for drawing in drawn if drawing is not None),
        metrics=_table(model.versions, names),
        history=tuple(_event(entry) for entry in reversed(entries[-_MOST_EVENTS:])),
        more=max(0, len(entries) - _MOST_EVENTS),
    )


def _held(model: ModelState, stage: str) -> tuple[Held, ...]:
    contested = model.contested.get(stage, ())
    return tuple(
        Held(
            label=safe(version.label),
            run=version.source.handle or "",
            since=moment(version.since) if version.since else "",
            forced=version.forced,
            aliases=", ".join(map(safe, version.aliases)),
            contested=version.id in contested,
        )
        for version in reversed(model.versions)
        if version.stage == stage or version.id in contested
    )


def _event(entry: HistoryEntry) -> Event:
    moved = f"{entry.from_stage or MISSING} → {entry.to_stage}" if entry.to_stage else entry.kind
    what = moved if entry.kind in MOVES else entry.kind
    return Event(
        when=moment(entry.time),
        version=safe(entry.label),
        what=safe(f"{what} ({entry.words})" if entry.words else what),
        who=safe(name_of(entry.actor)),
        why=passage(entry.reason),
        gates=tuple((passage(g.gate), g.passed, passage(g.found)) for g in entry.evidence.gates),
        forced=entry.forced,
    )


def _metrics_of(versions: Sequence[Version]) -> list[str]:
    """Return the metrics of versions: those that most of them have come first."""
    counts: dict[str, int] = {}
    for version in versions:
        for name, value in version.evidence.metrics.items():
            counts[name] = counts.get(name, 0) + is_number(number_of(value))
    return sorted((name for name, count in counts.items() if count), key=lambda n: (-counts[n], n))


def _value(metrics: Mapping[str, Any], name: str) -> float | None:
    value = number_of(metrics.get(name))
    return float(value) if value is not None and is_number(value) else None


def _table(versions: Sequence[Version], names: Sequence[str]) -> tuple[tuple[str, ...], ...]:
    shown = names[:_LABELS]
    heading = ("version", "stage", "registered", "run", *map(safe, shown))
    rows = [
        (
            safe(version.label),
            safe(version.stage or f"{' or '.join(version.claimed)} (contested)"),
            moment(version.registered),
            version.source.handle or "",
            *(_cell(_value(version.evidence.metrics, name)) for name in shown),
        )
        for version in reversed(versions)
    ]
    return (heading, *rows)


def _cell(value: float | None) -> str:
    return "" if value is None else number(value)


def _trend(name: str, model: ModelState, entries: Sequence[HistoryEntry]) -> Drawing | None:
    """Return how a metric went from version to version, with the moves between stages marked."""
    versions = model.versions
    values = [_value(version.evidence.metrics, name) for version in versions]
    known = [value for value in values if value is not None]
    if len(known) < 2:  # noqa: PLR2004 - one version has no trend
        return None
    y = roomy(min(known), max(known), share=0.12)
    xs = [_FRAME.x((n + 0.5) / len(versions)) for n in range(len(versions))]
    places = {
        version.id: (x, _FRAME.y(y.at(value) or 0.0))
        for version, x, value in zip(versions, xs, values, strict=True)
        if value is not None
    }
    path = "".join(f"{'L' if n else 'M'}{x} {up}" for n, (x, up) in enumerate(places.values()))
    return Drawing(
        title=f"{safe(name)} over the versions of {safe(model.name)}",
        width=640,
        height=196,
        frame=_FRAME,
        x_ticks=_version_marks(versions, xs),
        y_ticks=y_marks(_FRAME, y),
        x_label="version",
        lines=(Line(d=path, label=safe(name)),),
        marks=tuple(_dots(versions, places, _moves(entries))),
    )


def _version_marks(versions: Sequence[Version], xs: Sequence[float]) -> tuple[Mark, ...]:
    apart = max(1, -(-len(versions) // _LABELS))
    chosen = list(zip(versions, xs, strict=True))[::apart]
    return tuple(Mark(x=x, y=_FRAME.bottom, label=safe(v.label)) for v, x in chosen)


def _moves(entries: Sequence[HistoryEntry]) -> dict[str, list[str]]:
    """Return the stages that each version was moved to, in order."""
    moves: dict[str, list[str]] = {}
    for entry in entries:
        if entry.version and entry.to_stage and entry.kind in MOVES:
            moves.setdefault(entry.version, []).append(entry.to_stage)
    return moves


def _dots(
    versions: Sequence[Version],
    places: Mapping[str, tuple[float, float]],
    moves: Mapping[str, Sequence[str]],
) -> list[Mark]:
    return [
        Mark(
            x=places[version.id][0],
            y=places[version.id][1],
            label=safe(" → ".join(dict.fromkeys(moves.get(version.id, ())))),
            style="moved" if version.id in moves else "",
        )
        for version in versions
        if version.id in places
    ]
