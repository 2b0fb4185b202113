"""Hold the results of a second run against those of the first: identical, within, or drifted."""

import math
import struct
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from enum import StrEnum
from fnmatch import fnmatchcase
from typing import NamedTuple

from mltrack.projects.spec import Verification
from mltrack.tracking.history import History

NOT_METRICS = ("*_seconds", "time/*", "system/*")
"""Metrics that differ whenever something runs."""
NOT_RESULTS = ("inputs/*", "params/*")
"""Artifacts that are what went into a run."""


class Word(StrEnum):
    """What is said of a second run."""

    IDENTICAL = "identical"
    WITHIN = "within tolerance"
    DRIFTED = "drifted"


class Results(NamedTuple):
    """What a run came to: the history of each metric, the sha256 of each artifact."""

    metrics: Mapping[str, History]
    artifacts: Mapping[str, str]


class Difference(NamedTuple):
    """One metric or artifact that is not the same.

    Attributes:
        kind: metric or artifact.
        name: which.
        before: what it was, at the first point that differs most gravely; None: it was not there.
        after: what it is; None: it is not there.
        step: the step of a metric's point; None where all of it came or went, and for artifacts.
        points: how many points of a metric differ.
        within: whether the tolerance of the project covers it.
    """

    kind: str
    name: str
    before: float | str | None
    after: float | str | None
    step: int | None = None
    points: int = 0
    within: bool = False


class Verdict(NamedTuple):
    """What is said, how much was compared, what was passed over, and what differs."""

    word: Word
    metrics: int
    points: int
    artifacts: int
    ignored: tuple[str, ...]
    differences: tuple[Difference, ...]


def judged(before: Results, after: Results, rules: Verification) -> Verdict:
    """Return what is to be said of a run that was made again.

    A metric is the same when its steps are, and its values bit for bit; NaN is NaN. Within
    tolerance is what differs by no more than `atol + rtol * |before|`.

    Args:
        before: what the run came to at first.
        after: what it came to the second time.
        rules: what the project says of its own results.
    """
    metrics = _names(before.metrics, after.metrics, (*NOT_METRICS, *rules.ignore))
    artifacts = _names(before.artifacts, after.artifacts, (*NOT_RESULTS, *rules.ignore))
    found = [
        *_metrics(before.metrics, after.metrics, metrics, rules),
        *_artifacts(before.artifacts, after.artifacts, artifacts),
    ]
    everything = {*before.metrics, *after.metrics, *before.artifacts, *after.artifacts}
    return Verdict(
        word=_word(found),
        metrics=len(metrics),
        points=sum(len(before.metrics.get(name, ())) for name in metrics),
        artifacts=len(artifacts),
        ignored=tuple(sorted(everything - {*metrics, *artifacts})),
        differences=tuple(found),
    )


def _word(found: Sequence[Difference]) -> Word:
    if not found:
        return Word.IDENTICAL
    return Word.WITHIN if all(one.within for one in found) else Word.DRIFTED


def _names(
    before: Mapping[str, object], after: Mapping[str, object], ignored: Sequence[str]
) -> list[str]:
    names = sorted({*before, *after})
    return [name for name in names if not any(fnmatchcase(name, one) for one in ignored)]


def _artifacts(
    before: Mapping[str, str], after: Mapping[str, str], names: Sequence[str]
) -> Iterator[Difference]:
    for name in names:
        was, now = before.get(name), after.get(name)
        if was != now:
            yield Difference("artifact", name, was, now)


def _metrics(
    before: Mapping[str, History],
    after: Mapping[str, History],
    names: Sequence[str],
    rules: Verification,
) -> Iterator[Difference]:
    for name in names:
        was, now = before.get(name, History()), after.get(name, History())
        if was and now:
            allowed = _first(rules.atol, name), _first(rules.rtol, name)
            found = _points(name, was, now, allowed)
            if found is not None:
                yield found
        elif was:
            yield Difference("metric", name, was.values[-1], None, points=len(was))
        elif now:
            yield Difference("metric", name, None, now.values[-1], points=len(now))


def _first(tolerances: Mapping[str, float], name: str) -> float:
    """Return the tolerance of a metric: under its own name, else of the first pattern that fits."""
    if name in tolerances:
        return tolerances[name]
    return next((value for one, value in tolerances.items() if fnmatchcase(name, one)), 0.0)


def _points(
    name: str, was: History, now: History, allowed: tuple[float, float]
) -> Difference | None:
    """Return the first point that differs beyond what is allowed, else the first that differs."""
    if was.steps == now.steps and was.values.tobytes() == now.values.tobytes():
        return None
    worst: Difference | None = None
    count = 0
    for step, old, new in _pairs(was, now):
        if _same(old, new):
            continue
        count += 1
        within = old is not None and new is not None and _near(old, new, allowed)
        if worst is None or (worst.within and not within):
            worst = Difference("metric", name, old, new, step, within=within)
    return worst and worst._replace(points=count)


def _pairs(was: History, now: History) -> Iterator[tuple[int, float | None, float | None]]:
    """Yield the values of each step; of several of one step, of writers beside each other, sorted.

    In which order such writers stand is decided by their names, which are made by chance.
    """
    if was.steps == now.steps and len(set(was.steps)) == len(was):
        yield from zip(was.steps, was.values, now.values, strict=True)
        return
    values: dict[int, tuple[list[float], list[float]]] = defaultdict(lambda: ([], []))
    for side, history in enumerate((was, now)):
        for step, value in zip(history.steps, history.values, strict=True):
            values[step][side].append(value)
    for step in sorted(values):
        old, new = (sorted(side, key=_rank) for side in values[step])
        for number in range(max(len(old), len(new))):
            yield (
                step,
                old[number] if number < len(old) else None,
                new[number] if number < len(new) else None,
            )


def _rank(value: float) -> tuple[bool, float, float]:
    return math.isnan(value), value, math.copysign(1, value)


def _same(old: float | None, new: float | None) -> bool:
    if old is None or new is None:
        return False
    return struct.pack("d", old) == struct.pack("d", new) or (math.isnan(old) and math.isnan(new))


def _near(old: float, new: float, allowed: tuple[float, float]) -> bool:
    atol, rtol = allowed
    if not math.isfinite(old):
        return False
    return abs(new - old) <= atol + rtol * abs(old)
