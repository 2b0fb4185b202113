"""Move a version of a model to a stage: decided, held against the gates, and written."""

import shlex
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import NamedTuple

from mltrack.api.git_notice import tell_if_ignored
from mltrack.api.registry.attesting import signers_here
from mltrack.api.store import opened_store
from mltrack.errors import ConflictError, UsageError
from mltrack.progress import Progress, silent
from mltrack.registry import index, policy, reader
from mltrack.registry.entities import Evidence, ModelState
from mltrack.registry.facts import Moved
from mltrack.registry.gates.facts import Witness
from mltrack.registry.gates.judging import judge
from mltrack.registry.gates.refusal import refuse_unmet
from mltrack.registry.inline import refuse_unpushed, unpushed_files
from mltrack.registry.moves import Promotion
from mltrack.registry.references import InRegistry, parse_registered
from mltrack.registry.selection import select_version
from mltrack.registry.sources import check_files, evidence_for
from mltrack.registry.stages import Stages
from mltrack.registry.witnessing import witness_by
from mltrack.registry.writing import append, changing
from mltrack.store.store import Store

Plan = Callable[[ModelState, Stages], Promotion]
"""Says which move shall be made, given the model as it is and the stages of the store."""
_NOBODY = Witness()


class Decision(NamedTuple):
    """What is to be moved where, and what was asked for it.

    Attributes:
        state: the model when it was decided.
        move: the move, held against the gates.
        again: decides it anew where somebody else wrote in between.
        witness: who stands for what others said; nobody but their events when left out.
    """

    store: Store
    stages: Stages
    state: ModelState
    move: Promotion
    again: Plan
    witness: Witness = _NOBODY


def promote_model(  # noqa: PLR0913 - what is asked of a promotion, by keyword
    name: str,
    version: int | str | None = None,
    *,
    to: str | None = None,
    reason: str,
    dry_run: bool = False,
    force: bool = False,
    allow_unpushed: bool = False,
    signers: Path | str | None = None,
    progress: Progress = silent,
) -> Promotion:
    """Move a version of a model to a stage; who is there now leaves an exclusive stage for it.

    Args:
        name: the model, or one of its versions: `churn`, `churn/3`, `churn@staging`.
        version: the version, where `name` names none; the latest when it is left out.
        to: the stage; the one after the version's when it is left out.
        reason: why; it is kept for ever.
        dry_run: decide and check everything, and write nothing; `gates` of what is returned then
            says which gates are met.
        force: move it though a gate is not met; that is recorded, and shown for ever.
        allow_unpushed: move it to an exclusive stage though git does not carry all its files;
            that is recorded.
        signers: git's list of allowed signers, for a stage that asks for approvals that are signed
            or attested; approvals count that are committed.
        progress: is told what was chosen where something was left out.

    Raises:
        UsageError: there is no reason.
        NotFoundError: no such model, version or stage.
        ConflictError: branches disagree on which version is meant.
        IntegrityError: its files are gone, or are not as they were registered.
        MoveRefusedError: it may not move there, or git does not carry its files.
        GateError: a gate is not met.
    """
    refuse_silence(reason)
    decision = decide(name, version, to=to, signers=signers, progress=progress)
    if dry_run:
        return decision.move
    return carry_out(decision, reason, force=force, allow_unpushed=allow_unpushed)


def refuse_silence(reason: str, *, what: str = "a promotion") -> None:
    """Refuse to move a version without a reason.

    Raises:
        UsageError: there is none.
    """
    if not reason.strip():
        raise UsageError(f"{what} needs a reason", fix='add -m "why", in your own words')


def decide(
    name: str,
    version: int | str | None = None,
    *,
    to: str | None = None,
    signers: Path | str | None = None,
    progress: Progress = silent,
) -> Decision:
    """Return what a promotion would do, checked and held against the gates; nothing is written.

    Raises:
        MltrackError: as `promote_model`, but for gates that are not met and files not in git.
    """
    store, wanted = opened_store(), _wanted(name, version)
    stages = reader.stages_of(store)
    state = reader.load_model(store, wanted.name)
    witness = witness_of(store, signers)
    decision = held_against_gates(
        store, stages, state, lambda now, order: promotion_of(now, order, wanted, to), witness
    )
    move = decision.move
    if not wanted.word:
        progress(f"{move.version.label} is the latest version of {state.name}")
    if to is None:
        progress(f"{move.to_stage} comes after {move.from_stage}")
    chosen = InRegistry(name=state.name, word=move.version.id)

    def again(now: ModelState, order: Stages) -> Promotion:
        return promotion_of(now, order, chosen, move.to_stage)

    return decision._replace(again=again if to is not None else steady(again, move))


def steady(plan: Plan, shown: Promotion | None = None) -> Plan:
    """Return a plan that is refused where, asked again, it would be another move.

    Args:
        plan: the plan.
        shown: the move that it was; None means the one that it will be the first time.
    """
    first = [shown] if shown else []

    def same(state: ModelState, stages: Stages) -> Promotion:
        move = plan(state, stages)
        first.append(move)
        if _course(move) != _course(first[0]):
            raise ConflictError(
                f"somebody else moved a version of {state.name} in this moment",
                why=f"now it would be {move.words}",
                fix=f"mltrack model show {shlex.quote(state.name)}",
            )
        return move

    return same


def _course(move: Promotion) -> tuple[str, str, str]:
    return move.version.id, move.from_stage, move.to_stage


def witness_of(store: Store, signers: Path | str | None) -> Witness:
    """Return who stands for what others said: their signatures, by a list of allowed signers."""
    return _NOBODY if signers is None else witness_by(signers_here(store, signers))


def promotion_of(
    state: ModelState, stages: Stages, wanted: InRegistry, to: str | None
) -> Promotion:
    """Return the promotion of the version that a reference means."""
    return policy.promotion(state, stages, select_version(state, stages, wanted), to)


def held_against_gates(
    store: Store, stages: Stages, state: ModelState, plan: Plan, witness: Witness = _NOBODY
) -> Decision:
    """Return the decision to make a move, with whether its gates are met.

    What leaves an exclusive stage, or is archived, may have lost its files.

    Raises:
        IntegrityError: the files of the version are gone, or are not as they were registered.
    """
    move = _judged(store, stages, state, plan, witness)
    return Decision(store, stages, state, move, plan, witness)


def carry_out(
    decision: Decision, reason: str, *, force: bool = False, allow_unpushed: bool = False
) -> Promotion:
    """Make a move that was decided, and return it with the name of its event.

    Raises:
        MoveRefusedError: git does not carry the files of the version.
        GateError: a gate is not met.
    """
    store, stages, before, move, again, witness = decision
    _refuse(move, force=force, allow_unpushed=allow_unpushed)
    with changing(store, before.name, stages) as state:
        if state.heads != before.heads:  # somebody was faster: ask everything again
            move = _judged(store, stages, state, again, witness)
            _refuse(move, force=force, allow_unpushed=allow_unpushed)
        move = replace(move, forced=not move.is_met)
        event = append(store, state, moved_fact(store, move), name=state.name, reason=reason)
    tell_if_ignored(store)
    return replace(move, event=event.name, notes=index.refresh(store))


def _judged(
    store: Store, stages: Stages, state: ModelState, plan: Plan, witness: Witness
) -> Promotion:
    move = plan(state, stages)
    if move.kind == "promoted" or move.to_stage in stages.exclusive:
        check_files(store, move.version)
    if move.to_stage in stages.exclusive:
        move = replace(move, unpushed=unpushed_files(store, move.version))
    return judge(store, store.settings["gates"], state, move, witness=witness)


def _refuse(move: Promotion, *, force: bool, allow_unpushed: bool) -> None:
    if not allow_unpushed:
        refuse_unpushed(move)
    if not force:
        refuse_unmet(move)


def _wanted(name: str, version: int | str | None) -> InRegistry:
    wanted = parse_registered(name)
    if version is None:
        return wanted
    if wanted.word:
        raise UsageError(
            f"{name!r} names a version already, and {version!r} is another one",
            fix="say only one of them",
        )
    return parse_registered(f"{name}/{version}")


def moved_fact(store: Store, move: Promotion) -> Moved:
    """Return what the event of a move says."""
    return Moved(
        kind=move.kind,
        version=move.version.id,
        stage=move.to_stage,
        from_stage=move.from_stage,
        replaces=tuple(version.id for version in move.replaces),
        replaced_to=move.replaced_to,
        displaced=tuple((one.version.id, one.to) for one in move.displaced),
        evidence=evidence_of_move(store, move),
        forced=move.forced,
        unpushed=bool(move.unpushed),
        request=move.request,
    )


def evidence_of_move(store: Store, move: Promotion) -> Evidence:
    """Return on what a move is based: what the run says now, evaluations, gates."""
    said = evidence_for(store, move.version)
    return said._replace(evaluations=move.evaluations, gates=move.gates)
