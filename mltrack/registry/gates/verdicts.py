"""Hold one rule against what is known: whether it is met, and what was found. Pure."""

import shlex
from typing import NamedTuple

from mltrack.registry.attestation import Level
from mltrack.registry.entities import Evaluation, GateResult, name_of
from mltrack.registry.gates import figures
from mltrack.registry.gates.approving import approvers, best_of
from mltrack.registry.gates.facts import VERIFY, Facts
from mltrack.registry.gates.numbers import told
from mltrack.registry.gates.rules import (
    Approved,
    Bound,
    Described,
    Flag,
    NoWorse,
    Rule,
    Stayed,
    Tagged,
    shown,
)

_HOLDS = frozenset({"identical", "within tolerance"})
_DAY_SECONDS = 86_400
_SHORT_COMMIT = 10
_BRIEF = 60


class Verdict(NamedTuple):
    """Whether a rule is met, and the evaluation on which that rests, if one was found."""

    result: GateResult
    evaluation: Evaluation | None = None


def verdict_of(rule: Rule, facts: Facts) -> Verdict:
    """Return what facts say to a rule."""
    if isinstance(rule, Bound | NoWorse):
        seen = (
            figures.bound(rule, facts) if isinstance(rule, Bound) else figures.no_worse(rule, facts)
        )
        return Verdict(
            GateResult(gate=rule.words, passed=seen.passed, found=seen.found), seen.evaluation
        )
    passed, found = _seen(rule, facts)
    return Verdict(GateResult(gate=rule.words, passed=passed, found=found))


def _seen(rule: Tagged | Described | Approved | Stayed | Flag, facts: Facts) -> tuple[bool, str]:
    match rule:
        case Tagged():
            return _tag(rule, facts)
        case Described():
            text = facts.fields.get(rule.name, "").strip()
            return bool(text), _brief(text) or "not given"
        case Approved():
            return _approved(rule, facts)
        case Stayed():
            return _stayed(rule, facts)
        case Flag():
            return _FLAGS[rule](facts)


def _tag(rule: Tagged, facts: Facts) -> tuple[bool, str]:
    if rule.name not in facts.version.tags:
        return False, "not there"
    value = facts.version.tags[rule.name]
    is_same = value == rule.value and isinstance(value, bool) is isinstance(rule.value, bool)
    return rule.value is None or is_same, _brief(shown(value))


def _approved(rule: Approved, facts: Facts) -> tuple[bool, str]:
    request, names = best_of(facts.requests, rule.by, facts.witness.of_review)
    if request is None:
        uri = shlex.quote(facts.version.uri)
        command = f"mltrack promote {uri} --to {facts.stage} --propose -m WHY"
        return False, f"nobody proposed it: {command}"
    if len(names) >= rule.count:
        return True, ", ".join(names)
    level = "" if rule.by is Level.CLAIMED else f" ({facts.witness.of_review(request)})"
    unsure = {*approvers(request, Level.CLAIMED, facts.witness.of_review)} - {*names}
    told_of = (
        f"{len(names)} of {rule.count}: {', '.join(names) or 'nobody yet'}",
        *([f"not sure enough: {', '.join(sorted(unsure))}"] if unsure else []),
        f"proposed by {name_of(request.actor)}{level}",
    )
    return False, "; ".join(told_of)


def _stayed(rule: Stayed, facts: Facts) -> tuple[bool, str]:
    version = facts.version
    if version.stage is None:
        return False, "nobody knows, as branches disagree on where it is"
    if version.stage != rule.stage or version.since is None:
        return False, f"it is in {version.stage}"
    days = (facts.at - version.since).total_seconds() / _DAY_SECONDS
    since = f"since {version.since:%Y-%m-%d %H:%M} UTC"
    return days >= rule.days, f"for {told(max(days, 0), [rule.days])} days, {since}"


def _clean_git(facts: Facts) -> tuple[bool, str]:
    if facts.run is None:
        return False, _NO_RUN if facts.version.source.run is None else "its run is not here"
    code, run = facts.run.code, f"run {facts.run.handle}"
    if code.get("dirty") is False and code.get("commit"):
        return True, f"commit {str(code['commit'])[:_SHORT_COMMIT]}, {run}"
    known = "had changes that no commit holds" if code.get("dirty") else "does not tell its code"
    return False, f"{run} {known}"


def _lock(facts: Facts) -> tuple[bool, str]:
    return bool(facts.lock), facts.lock or "it was saved without one"


def _verified(facts: Facts) -> tuple[bool, str]:
    if facts.run is None:
        return False, _NO_RUN if facts.version.source.run is None else "its run is not here"
    word = facts.run.tags.get(VERIFY)
    if not word:
        return False, f"never: mltrack verify {facts.run.handle}"
    if facts.rerun is None:
        return False, f"{word}, but the run that shows it is not here"
    return word in _HOLDS, f"{word}, by run {facts.rerun.handle}"


def _intact(facts: Facts) -> tuple[bool, str]:
    return not facts.fault, facts.fault or "they are"


def _signed(facts: Facts) -> tuple[bool, str]:
    standing = facts.witness.of_move
    if standing is None:
        return True, "asked by mltrack registry check, when it is committed"
    return standing is Level.SIGNED, str(standing)


_NO_RUN = "it comes from a folder, so no run tells"
_FLAGS = {
    Flag.CLEAN_GIT: _clean_git,
    Flag.LOCK: _lock,
    Flag.VERIFIED: _verified,
    Flag.INTACT: _intact,
    Flag.SIGNED: _signed,
}


def _brief(text: str) -> str:
    return text if len(text) <= _BRIEF else f"{text[:_BRIEF]}…"
