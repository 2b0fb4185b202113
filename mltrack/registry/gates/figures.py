"""Hold a figure against a bound, or against that of the holder on the same data. Pure."""

import math
import shlex
from collections.abc import Iterable, Sequence
from pathlib import PurePosixPath
from typing import NamedTuple

from mltrack.errors import nearest
from mltrack.query.directions import Better
from mltrack.registry.entities import Evaluation, Version
from mltrack.registry.gates.evaluations import Evaluated, Evaluations
from mltrack.registry.gates.facts import Facts
from mltrack.registry.gates.numbers import exact, told, worse_by
from mltrack.registry.gates.rules import Bound, NoWorse
from mltrack.store.ids import handle_of

_NONE = Evaluations()
_NAMED = 3


class Seen(NamedTuple):
    """Whether a rule is met, what was found, and the evaluation on which that rests."""

    passed: bool
    found: str
    evaluation: Evaluation | None = None


def bound(rule: Bound, facts: Facts) -> Seen:
    """Return what the newest evaluation that has the figure says."""
    ours = _having(rule, facts, facts.version)
    if not ours:
        return _lacking(rule, facts)
    value = ours[0].evaluation.metrics[rule.metric]
    is_met = math.isfinite(value) and (
        value >= rule.limit if rule.is_least else value <= rule.limit
    )
    return Seen(is_met, f"{told(value, [rule.limit])} {_from(ours[0])}", ours[0].evaluation)


def no_worse(rule: NoWorse, facts: Facts) -> Seen:
    """Return how a figure stands to that of each holder, on the newest data that both have seen."""
    if not facts.holders:
        return Seen(passed=True, found=f"nobody holds {facts.stage}")
    ours = _having(rule, facts, facts.version)
    if not ours:
        return _lacking(rule, facts)
    seen = [_against(rule, facts, ours, holder) for holder in facts.holders]
    return next((one for one in seen if not one.passed), seen[0])


def _against(rule: NoWorse, facts: Facts, ours: Sequence[Evaluated], holder: Version) -> Seen:
    theirs = {one.evaluation.data: one for one in reversed(_having(rule, facts, holder))}
    mine = next((one for one in ours if one.evaluation.data in theirs), None)
    if mine is None:
        command = _command(facts, ours[0])
        return Seen(passed=False, found=f"{holder.label} has none on that data: {command}")
    other = theirs[mine.evaluation.data].evaluation
    value, beside = mine.evaluation.metrics[rule.metric], other.metrics[rule.metric]
    shown = told(value, [beside]), told(beside, [value])
    found = f"{shown[0]}, {holder.label} has {shown[1]}, {_from(mine)}"
    return Seen(_is_no_worse(rule, value, beside), found, mine.evaluation)


def _is_no_worse(rule: NoWorse, value: float, other: float) -> bool:
    if not (math.isfinite(value) and math.isfinite(other)):
        return False
    lost = worse_by(value, other, higher_is_better=rule.better is Better.HIGHER)
    return lost <= exact(rule.margin)


def _having(rule: Bound | NoWorse, facts: Facts, version: Version) -> list[Evaluated]:
    """Return the evaluations of a version that have a figure on the data, the newest first."""
    found = facts.evaluations.get(version.id, _NONE).found
    return [one for one in _on(rule.data, found) if rule.metric in one.evaluation.metrics]


def _on(data: str, evaluated: Iterable[Evaluated]) -> list[Evaluated]:
    return [one for one in evaluated if one.evaluation.data.startswith(data)]


def _lacking(rule: Bound | NoWorse, facts: Facts) -> Seen:
    """Say that nobody knows the figure of the version, and how to find it out."""
    known = facts.evaluations.get(facts.version.id, _NONE)
    on_data = _on(rule.data, known.found)
    if on_data:
        names = list(dict.fromkeys(name for one in on_data for name in one.evaluation.metrics))
        return Seen(
            passed=False,
            found=f"its evaluations have no {rule.metric}{nearest(rule.metric, names)}",
        )
    if known.altered:
        handles = ", ".join(map(handle_of, known.altered[:_NAMED]))
        return Seen(
            passed=False, found=f"run {handles} was changed after it ended: {_fresh(rule, facts)}"
        )
    other = "not evaluated on that data" if known.found else "not evaluated"
    return Seen(passed=False, found=f"{other}: {_fresh(rule, facts)}")


def _fresh(rule: Bound | NoWorse, facts: Facts) -> str:
    """Return the command that evaluates the version, on the data that others saw where known."""
    others = (one for known in facts.evaluations.values() for one in _on(rule.data, known.found))
    return _command(facts, next(others, None), against=isinstance(rule, NoWorse))


def _command(facts: Facts, like: Evaluated | None, *, against: bool = True) -> str:
    source = shlex.quote(like.source) if like and like.source else "DATA"
    target = shlex.quote(like.target) if like and like.target else "COLUMN"
    stage = f"{facts.version.model}@{facts.stage}"
    tail = f" --against {shlex.quote(stage)}" if against and facts.holders else ""
    return f"mltrack evaluate {shlex.quote(facts.version.uri)} {source} --target {target}{tail}"


def _from(one: Evaluated) -> str:
    name = PurePosixPath(one.source).name or f"data {one.evaluation.data[:12]}"
    return f"on {name} (run {handle_of(one.evaluation.run)})"
