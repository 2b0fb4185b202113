"""Hold a move against the gates of its stage."""

from collections.abc import Container, Mapping, Sequence
from dataclasses import replace
from typing import Any

from mltrack.registry import reader
from mltrack.registry.entities import Evaluation, ModelState
from mltrack.registry.gates.approving import request_of
from mltrack.registry.gates.facts import Facts, Witness, gathered, requests_for
from mltrack.registry.gates.parsing import rules_for
from mltrack.registry.gates.rules import SLICE, Bound, NoWorse, Rule
from mltrack.registry.gates.verdicts import Verdict, verdict_of
from mltrack.registry.moves import Promotion
from mltrack.store.store import Store

_NOBODY = Witness()


def judge(
    store: Store,
    gates: Mapping[str, Any],
    state: ModelState,
    move: Promotion,
    *,
    where: str = "",
    witness: Witness = _NOBODY,
) -> Promotion:
    """Return a move with whether each gate of its stage is met, and what that rests on.

    Nothing is written.

    Args:
        store: where runs, evaluations and files are looked up.
        gates: what `gates:` of config.yaml says; of another revision where that one counts.
        state: the model before the move.
        move: what shall happen.
        where: what errors call the place of `gates`; the store's own when left out.
        witness: who stands for what the events say; nobody but the events when left out.

    Raises:
        UsageError: `gates` says something that cannot be meant.
    """
    stages = reader.stages_of(store).order
    origin = where or store.settings.origin("gates")
    rules = rules_for(gates, move.to_stage, stages, origin)
    move = replace(move, request=request_of(requests_for(state, move), witness.of_review))
    return judged(rules, gathered(store, rules, state, move, witness), move) if rules else move


def judged(rules: tuple[Rule, ...], facts: Facts, move: Promotion) -> Promotion:
    """Return a move with what facts say to each rule. Pure."""
    verdicts = [verdict_of(rule, facts) for rule in rules]
    return replace(
        move,
        gates=tuple(verdict.result for verdict in verdicts),
        evaluations=_used(rules, verdicts),
    )


def _used(rules: Sequence[Rule], verdicts: Sequence[Verdict]) -> tuple[Evaluation, ...]:
    """Return the evaluations that verdicts rest on, each once, with figures of slices if asked."""
    asked = {rule.metric for rule in rules if isinstance(rule, Bound | NoWorse)}
    found = {(one.run, one.data): one for _, one in verdicts if one is not None}
    return tuple(replace(one, metrics=_shown(one.metrics, asked)) for one in found.values())


def _shown(metrics: Mapping[str, Any], asked: Container[str]) -> dict[str, Any]:
    return {n: value for n, value in metrics.items() if n in asked or not n.startswith(SLICE)}
