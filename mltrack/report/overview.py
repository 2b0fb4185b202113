"""The summary of a report: how many, when, and which run is best by each metric."""

import math
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

from mltrack.charts.labels import brief, number, safe
from mltrack.report.entities import ReportFacts, RunFacts
from mltrack.report.words import counted, lasting, moment

_MOST_METRICS = 40


@dataclass(frozen=True, slots=True, kw_only=True)
class Figure:
    """A number that the eye falls on, and what it counts."""

    value: str
    label: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Extremes:
    """The highest and the lowest last value of a metric, and whose they are."""

    metric: str
    runs: int
    highest: str
    highest_run: str
    lowest: str
    lowest_run: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Overview:
    """What a report says first."""

    figures: tuple[Figure, ...]
    extremes: tuple[Extremes, ...]
    more: int


def overview_of(facts: ReportFacts) -> Overview:
    """Return the summary of some runs, of which there is one at least."""
    names = sorted({name for run in facts.runs for name in run.record.metrics})
    found = [each for name in names if (each := _extremes(name, facts.runs))]
    kept = found[:_MOST_METRICS]
    return Overview(figures=_figures(facts), extremes=tuple(kept), more=len(found) - len(kept))


def _figures(facts: ReportFacts) -> tuple[Figure, ...]:
    records = [run.record for run in facts.runs]
    by_status = Counter(str(record.status) for record in records)
    status = ", ".join(f"{count:,} {name}" for name, count in by_status.most_common())
    experiments = sorted({safe(record.experiment) for record in records})
    spent = sum((r.ended - r.started).total_seconds() for r in records if r.ended)
    points = sum(summary.count for record in records for summary in record.metrics.values())
    first, last = (pick(r.started for r in records) for pick in (min, max))
    return (
        Figure(value=f"{len(records):,}", label=f"runs: {status}"),
        Figure(
            value=experiments[0] if len(experiments) == 1 else f"{len(experiments):,}",
            label="experiment" if len(experiments) == 1 else "experiments",
        ),
        Figure(value=lasting(spent), label="spent in all runs together"),
        Figure(value=f"{points:,}", label="points logged"),
        Figure(value=moment(last), label=f"last begun (UTC); the first {moment(first)}"),
    )


def _extremes(name: str, runs: Sequence[RunFacts]) -> Extremes | None:
    values = [(run.record.metrics[name].last, run) for run in runs if name in run.record.metrics]
    numbers = [(value, run) for value, run in values if not math.isnan(value)]
    if not numbers:
        return None
    high, highest = max(numbers, key=lambda pair: pair[0])
    low, lowest = min(numbers, key=lambda pair: pair[0])
    return Extremes(
        metric=safe(name),
        runs=len(values),
        highest=number(high),
        highest_run=highest.handle,
        lowest=number(low),
        lowest_run=lowest.handle,
    )


def legend_of(runs: Sequence[RunFacts]) -> list[tuple[str, str]]:
    """Return each run's handle, and its name in words."""
    return [(run.handle, safe(brief(run.record.name))) for run in runs]


def said_of(count: int, left_out: int) -> str:
    """Return how many pictures a page holds, and how many it does not."""
    words = counted(count, "picture")
    return f"{words}; {left_out:,} more are too large or not on this machine" if left_out else words
