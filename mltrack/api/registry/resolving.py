"""Settle what branches disagree on: double numbers, contested stages and aliases."""

import shlex
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import NamedTuple

from mltrack.api.git_notice import tell_if_ignored
from mltrack.api.registry.promoting import (
    carry_out,
    held_against_gates,
    promotion_of,
    refuse_silence,
    steady,
    witness_of,
)
from mltrack.api.store import opened_store
from mltrack.errors import ConflictError, NotFoundError, UsageError
from mltrack.registry import contest_errors, index, policy, reader
from mltrack.registry.entities import ModelState, Version
from mltrack.registry.facts import Aliased, NumberAssigned
from mltrack.registry.moves import Promotion
from mltrack.registry.references import InRegistry, parse_registered
from mltrack.registry.selection import select_version
from mltrack.registry.stages import Stages
from mltrack.registry.writing import append, changing
from mltrack.store.store import Store


class Renumbered(NamedTuple):
    """A version that got another number, since an older one keeps the one it had proposed.

    Attributes:
        version: its id.
        before: the number that several versions had.
        number: the number that it has now.
        kept_by: the id of the version that keeps the other.
    """

    version: str
    before: int
    number: int
    kept_by: str


class Resolved(NamedTuple):
    """What was settled.

    Attributes:
        state: the model as it is now.
        numbers: the versions that got other numbers.
        move: the promotion that settled a stage; None where it was something else.
        alias: the alias that was settled; empty where it was something else.
        notes: what its author should know.
    """

    state: ModelState
    numbers: tuple[Renumbered, ...] = ()
    move: Promotion | None = None
    alias: str = ""
    notes: tuple[str, ...] = ()


def resolve_numbers(name: str, *, reason: str = "") -> Resolved:
    """Give each version of a model a number of its own, where several have the same.

    Of these the one that was registered first, by logical time and hash, keeps it; each of the
    others gets the next free one, and the history keeps what it had proposed.

    Raises:
        NotFoundError: there is no such model.
    """
    store = opened_store()
    stages, model = reader.stages_of(store), reader.load_model(store, name)
    if not model.contested_numbers:
        return Resolved(model)
    done = []
    with changing(store, model.name, stages) as state:
        now = state
        for one in _renumbered(state):
            fact = NumberAssigned(version=one.version, number=one.number)
            event = append(store, now, fact, name=model.name, reason=reason)
            now = replace(now, heads=(event.name,))
            done.append(one)
    return _settled(store, model.name, numbers=tuple(done))


def _renumbered(state: ModelState) -> Iterator[Renumbered]:
    free = policy.next_number(state)
    for number, ids in state.contested_numbers.items():
        first, *others = sorted(ids, key=lambda v: state.version(v).event)
        for version in others:
            yield Renumbered(version, number, free, first)
            free += 1


def resolve_contested(
    reference: str,
    *,
    keep: str | None,
    reason: str = "",
    force: bool = False,
    allow_unpushed: bool = False,
    signers: Path | str | None = None,
) -> Resolved:
    """Say which version a contested stage or alias shall have.

    A stage is settled by a promotion that follows what the branches did, and that goes through the
    gates as every other; a version that loses goes where those go that are replaced.

    Args:
        reference: `churn@production`, `churn@champion`.
        keep: one of the versions that branches put there: `churn/2`, or what stands behind the
            slash alone. None only asks, and is told which they are.
        reason: why; a stage needs one.
        force: settle a stage though a gate is not met; that is recorded.
        allow_unpushed: settle a stage though git does not carry all files of the version.
        signers: git's list of allowed signers, for a stage that asks for approvals that are signed.

    Raises:
        UsageError: the reference names neither a stage nor an alias, or there is no reason.
        NotFoundError: no such model or version, or none of that name is contested.
        ConflictError: the version is none of those that were put there, or none was named.
        MltrackError: the promotion is refused, as `promote_model` tells.
    """
    store, wanted = opened_store(), parse_registered(reference)
    if not wanted.at:
        raise UsageError(
            f"{reference!r} names neither a stage nor an alias",
            fix=f"mltrack registry resolve {shlex.quote(f'{wanted.name}@production')} --keep 2",
        )
    stages, state = reader.stages_of(store), reader.load_model(store, wanted.name)
    stage = stages.known(wanted.word)
    if keep is None:
        select_version(state, stages, wanted)  # which tells the candidates where it is contested
        return Resolved(state)
    version = _kept(state, stages, keep)
    if stage is None:
        return _alias_resolved(store, state, stages, (wanted.word, version), reason)
    if stage not in state.contested:
        return _settled_before(state, stage, version, state.holders.get(stage))
    _refuse_other(version, state.contested[stage], contest_errors.stage(state, stage))
    refuse_silence(reason, what="settling a stage")
    chosen = InRegistry(name=state.name, word=version.id)
    plan = steady(lambda now, order: promotion_of(now, order, chosen, stage))
    decision = held_against_gates(store, stages, state, plan, witness_of(store, signers))
    move = carry_out(decision, reason, force=force, allow_unpushed=allow_unpushed)
    return _settled(store, state.name, move=move)


def _alias_resolved(
    store: Store, state: ModelState, stages: Stages, kept: tuple[str, Version], reason: str
) -> Resolved:
    alias, version = kept
    with changing(store, state.name, stages) as now:
        if alias not in now.contested_aliases:
            return _settled_before(now, alias, version, now.aliases.get(alias))
        _refuse_other(version, now.contested_aliases[alias], contest_errors.alias(now, alias))
        fact = Aliased(alias=alias, version=version.id)
        append(store, now, fact, name=state.name, reason=reason)
    return _settled(store, state.name, alias=alias)


def _kept(state: ModelState, stages: Stages, keep: str) -> Version:
    """Return the version that is to be kept; its model may be left out."""
    named = parse_registered(keep if set(keep) & {"/", "@"} else f"{state.name}/{keep}")
    if named.name != state.name or not named.word:
        raise UsageError(
            f"--keep {keep} names no version of {state.name}",
            fix=f"write it as {shlex.quote(f'{state.name}/2')}",
        )
    return select_version(state, stages, named)


def _refuse_other(version: Version, candidates: tuple[str, ...], contest: ConflictError) -> None:
    if version.id not in candidates:
        raise ConflictError(
            f"{version.uri} is none of them: {contest.message}", why=contest.why, fix=contest.fix
        )


def _settled_before(
    state: ModelState, place: str, version: Version, holder: str | None
) -> Resolved:
    """Return that there is nothing to settle, unless another version is there than was meant."""
    if holder == version.id:
        return Resolved(state)
    named = f"{state.version(holder).uri} is there" if holder else "no version is there"
    raise NotFoundError(
        f"{place} of {state.name} is not contested: {named}",
        why="only what branches disagree on can be settled",
        fix=f"mltrack model show {shlex.quote(state.name)}",
    )


def _settled(
    store: Store,
    name: str,
    *,
    numbers: tuple[Renumbered, ...] = (),
    move: Promotion | None = None,
    alias: str = "",
) -> Resolved:
    notes = move.notes if move else index.refresh(store)
    tell_if_ignored(store)
    return Resolved(reader.load_model(store, name), numbers, move, alias, notes)
