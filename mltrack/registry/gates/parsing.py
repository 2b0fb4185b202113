"""Read the rules of a stage from `gates:` of config.yaml."""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, NoReturn

from mltrack.errors import MltrackError, UsageError, nearest
from mltrack.registry.gates import clauses
from mltrack.registry.gates.clauses import ClauseError
from mltrack.registry.gates.rules import Flag, Rule
from mltrack.registry.stages import from_settings
from mltrack.store.settings import Settings

_Clause = Callable[[Mapping[str, Any], Sequence[str]], Iterable[Rule]]


@dataclass(frozen=True, slots=True, kw_only=True)
class _Form:
    """How the rules are read that begin with one word, and what may stand beside it."""

    read: _Clause
    beside: tuple[str, ...] = ()


_FORMS: dict[str, _Form] = {
    "metric": _Form(read=clauses.metric, beside=("min", "max", "no_worse_by", "better", "data")),
    "tags": _Form(read=clauses.tags),
    "fields": _Form(read=clauses.fields),
    "approvals": _Form(read=clauses.approvals, beside=("by",)),
    "days_in": _Form(read=clauses.days_in),
    **{str(flag): _Form(read=clauses.flag(flag)) for flag in Flag},
}


def rules_for(
    gates: Mapping[str, Any], stage: str, stages: Sequence[str], where: str
) -> tuple[Rule, ...]:
    """Return what a version must show before it may go to a stage.

    Args:
        gates: what `gates:` says.
        stage: the stage.
        stages: the stages that there are.
        where: what errors call the place where `gates:` stands.

    Raises:
        UsageError: it names a stage that is not there, or a rule of this stage cannot be meant.
    """
    for name in gates:
        if name not in stages:
            raise UsageError(
                f"{where}: gates: there is no stage {name}{nearest(str(name), list(stages))}",
                why="while that stands there, nobody knows which stage it should guard",
            )
    if stage not in gates:
        return ()
    place = f"gates.{stage}"
    listed = gates[stage]
    if not isinstance(listed, list) or not listed:
        raise UsageError(
            f"{where}: {place} must be a list of rules, not {_brief(listed)}",
            fix=f"write such as: {place[6:]}: [{{metric: accuracy, min: 0.9}}], or take it out",
        )
    return tuple(_all(listed, stages, f"{where}: {place}"))


def faults_in(settings: Settings) -> list[str]:
    """Return what is wrong with the stages or gates that settings have, a line each."""
    try:
        stages = from_settings(settings).order
    except UsageError as error:
        return [error.message]
    return faults_of(settings["gates"], stages, settings.origin("gates"))


def faults_of(gates: Mapping[str, Any], stages: Sequence[str], where: str) -> list[str]:
    """Return what is wrong with the gates of each stage, a line each."""
    found: dict[str, None] = {}
    for stage in (*stages, ""):
        try:
            rules_for(gates, stage, stages, where)
        except MltrackError as error:
            found[error.message] = None
    return list(found)


def _all(listed: Sequence[Any], stages: Sequence[str], place: str) -> Iterator[Rule]:
    known: dict[tuple[str, ...], int] = {}
    for number, clause in enumerate(listed, 1):
        told = f"{place}, rule {number}"
        for rule in _rules(clause, stages, told):
            if rule.key in known:
                other = known[rule.key]
                again = "itself" if other == number else f"rule {other}"
                raise UsageError(
                    f"{told}: {rule.words}: {again} asks about that already",
                    fix="leave one of them",
                )
            known[rule.key] = number
            yield rule


def _rules(clause: object, stages: Sequence[str], told: str) -> Iterator[Rule]:
    if not isinstance(clause, Mapping) or not clause:
        raise UsageError(
            f"{told} must be a mapping, not {_brief(clause)}", fix="write such as: clean_git: true"
        )
    head = _head(clause, told)
    form = _FORMS[head]
    for key in clause:
        if key != head and key not in form.beside:
            beside = ", ".join(form.beside)
            raise UsageError(
                f"{told}: {key} cannot stand beside {head}{nearest(str(key), form.beside)}",
                why=f"what can: {beside}" if beside else "nothing can",
            )
    try:
        yield from form.read(clause, stages)
    except ClauseError as error:
        raise UsageError(f"{told}: {error}") from None


def _head(clause: Mapping[str, Any], told: str) -> str:
    """Return the word by which a rule is known."""
    heads = [key for key in clause if key in _FORMS]
    if not heads:
        _refuse_unknown(clause, told)
    if len(heads) > 1:
        raise UsageError(
            f"{told} is {len(heads)} rules in one: {', '.join(heads)}",
            fix="begin each with a dash of its own",
        )
    return heads[0]


def _refuse_unknown(clause: Mapping[str, Any], told: str) -> NoReturn:
    word = str(next(iter(clause)))
    raise UsageError(
        f"{told}: there is no rule {word!r:.60}{nearest(word, list(_FORMS))}",
        why=f"the rules are {', '.join(_FORMS)}",
    )


def _brief(value: object) -> str:
    return "nothing" if value is None or value == [] else f"{value!r:.60}"
