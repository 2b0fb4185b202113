"""Take a version back to an earlier stage, archive it, or give a stage back to who held it."""

from mltrack.api.registry.promoting import (
    Plan,
    carry_out,
    held_against_gates,
    refuse_silence,
    steady,
)
from mltrack.api.store import opened_store
from mltrack.errors import UsageError
from mltrack.registry import policy, reader
from mltrack.registry.entities import ModelState
from mltrack.registry.moves import Promotion
from mltrack.registry.references import InRegistry, parse_registered
from mltrack.registry.rollback import rollback
from mltrack.registry.selection import select_version
from mltrack.registry.stages import Stages

PRODUCTION = "production"


def demote_model(
    version: str, *, to: str | None = None, reason: str, allow_unpushed: bool = False
) -> Promotion:
    """Move a version back to an earlier stage.

    Gates are for what moves on: they are looked at and recorded, and refuse nothing here.

    Args:
        version: `churn/3`, `churn@production`.
        to: the stage; the one before the version's when it is left out.
        reason: why; it is kept for ever.
        allow_unpushed: move it to an exclusive stage though git does not carry all its files.

    Raises:
        UsageError: there is no reason, or no version is named.
        NotFoundError: no such model, version or stage.
        ConflictError: branches disagree on which version is meant.
        IntegrityError: its files are gone, or are not as they were registered.
        MoveRefusedError: it may not move there, or git does not carry its files.
    """
    refuse_silence(reason, what="a demotion")
    wanted = _version_named(version)

    def plan(state: ModelState, stages: Stages) -> Promotion:
        return policy.demotion(state, stages, select_version(state, stages, wanted), to)

    return _moved(wanted.name, plan, reason, allow_unpushed=allow_unpushed)


def archive_model(version: str, *, reason: str) -> Promotion:
    """Move a version to `archived`, where those are that nobody needs any more.

    Args:
        version: `churn/3`, `churn@staging`.
        reason: why; it is kept for ever.

    Raises:
        UsageError: there is no reason, or no version is named.
        NotFoundError: no such model or version, or the store has no stage `archived`.
        ConflictError: branches disagree on which version is meant.
        MoveRefusedError: it may not move there.
    """
    refuse_silence(reason, what="archiving a version")
    wanted = _version_named(version)

    def plan(state: ModelState, stages: Stages) -> Promotion:
        return policy.archiving(state, stages, select_version(state, stages, wanted))

    return _moved(wanted.name, plan, reason)


def rollback_model(name: str, *, reason: str, allow_unpushed: bool = False) -> Promotion:
    """Give a stage back to the version that held it before the present one.

    Each rollback goes one step further back, until another version is promoted there. Gates are
    looked at and recorded, and refuse nothing: the version was there before.

    Args:
        name: the model, or the model with the stage: `churn` (production), `churn@staging`.
        reason: why; it is kept for ever.
        allow_unpushed: do it though git does not carry all files of the version.

    Raises:
        UsageError: there is no reason, or the stage holds many versions.
        NotFoundError: no such model or stage.
        ConflictError: branches disagree on who holds the stage, or somebody moved it meanwhile.
        IntegrityError: the files of the version are gone, or are not as they were registered.
        MoveRefusedError: nobody held it before, `moves:` forbids it, or git lacks files.
    """
    refuse_silence(reason, what="a rollback")
    wanted = parse_registered(name)
    if wanted.word and not wanted.at:
        raise UsageError(
            f"{name!r} names a version, and a rollback finds the version itself",
            fix="name the model, or one of its stages as churn@staging",
        )

    def plan(state: ModelState, stages: Stages) -> Promotion:
        return rollback(state, stages, wanted.word or PRODUCTION)

    return _moved(wanted.name, plan, reason, allow_unpushed=allow_unpushed)


def _version_named(text: str) -> InRegistry:
    wanted = parse_registered(text)
    if not wanted.word:
        raise UsageError(f"{text!r} names a model, and no version of it", fix=f"name one: {text}/3")
    return wanted


def _moved(name: str, plan: Plan, reason: str, *, allow_unpushed: bool = False) -> Promotion:
    """Make a move that no gate keeps from being made."""
    store = opened_store()
    stages, state = reader.stages_of(store), reader.load_model(store, name)
    decision = held_against_gates(store, stages, state, steady(plan))
    return carry_out(decision, reason, force=True, allow_unpushed=allow_unpushed)
