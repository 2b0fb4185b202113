"""What may happen next: whether a version may move, what that replaces, what an alias may be."""

import shlex
from collections.abc import Iterator

from mltrack.errors import IntegrityError, MltrackError, UsageError
from mltrack.registry import contest_errors
from mltrack.registry.entities import ModelState, Version
from mltrack.registry.facts import MAX_NUMBER
from mltrack.registry.moves import Displaced, Promotion
from mltrack.registry.stages import ARCHIVED, LATEST, Stages
from mltrack.store.names import is_plain


class MoveRefusedError(MltrackError):
    """The stages of the store, or where the version is, do not let it move there."""


def registered_already(state: ModelState, digest: str, run: str | None) -> Version | None:
    """Return the version that is this model of this run already, or None."""
    same = (v for v in state.versions if v.digest == digest and v.source.run == run)
    return next(same, None)


def next_number(state: ModelState) -> int:
    """Return the number for the next version.

    Raises:
        IntegrityError: an event, which no program of ours wrote, took the last one there is.
    """
    if state.next_number > MAX_NUMBER:
        raise IntegrityError(
            f"no number is left for a version of {state.name}",
            why=f"an event gave away {MAX_NUMBER}, so it was not written by mltrack",
            fix=f"find it with mltrack registry history {shlex.quote(state.name)}, and remove it",
        )
    return state.next_number


def promotion(
    state: ModelState, stages: Stages, version: Version, to: str | None = None
) -> Promotion:
    """Return the move of a version to a stage, or say why it may not move.

    Args:
        state: the model.
        stages: the stages of the store.
        version: the version, one of the model's.
        to: the stage, in any words for it; None means the one after the version's.

    Raises:
        NotFoundError: there is no such stage.
        MoveRefusedError: it is there already, `moves:` forbids it, or nothing comes next.
        ConflictError: that would settle in silence who holds a contested stage.
    """
    stage = stages.named(to) if to is not None else _next(version, stages)
    return _allowed(state, stages, version, stage, kind="promoted")


def demotion(
    state: ModelState, stages: Stages, version: Version, to: str | None = None
) -> Promotion:
    """Return the move of a version back to an earlier stage, or say why it may not move.

    Args:
        state: the model.
        stages: the stages of the store.
        version: the version, one of the model's.
        to: the stage, in any words for it; None means the one before the version's.

    Raises:
        NotFoundError: there is no such stage.
        MoveRefusedError: the stage is no earlier one, `moves:` forbids it, or it is archived.
        ConflictError: that would settle in silence who holds a contested stage.
    """
    if version.stage == ARCHIVED:
        raise MoveRefusedError(
            f"{state.name} {version.label} is archived, from where nothing is a step back",
            fix=_toward(version, stages.first),
        )
    stage = stages.named(to) if to is not None else _previous(version, stages)
    latest = max(stages.position(place) for place in version.claimed if place != ARCHIVED)
    if stage != version.stage and (stage == ARCHIVED or stages.position(stage) >= latest):
        raise MoveRefusedError(
            f"{state.name} {version.label} is in {stages.order[latest]},"
            f" and {stage} is no earlier stage",
            fix=_toward(version, stage),
        )
    return _allowed(state, stages, version, stage, kind="demoted")


def archiving(state: ModelState, stages: Stages, version: Version) -> Promotion:
    """Return the move of a version to `archived`, or say why it may not move.

    Raises:
        NotFoundError: the store has no such stage.
        MoveRefusedError: it is there already, or `moves:` forbids it.
        ConflictError: that would settle in silence who holds a contested stage.
    """
    return _allowed(state, stages, version, stages.named(ARCHIVED), kind="archived")


def _allowed(
    state: ModelState, stages: Stages, version: Version, stage: str, *, kind: str
) -> Promotion:
    if version.stage == stage:
        raise MoveRefusedError(
            f"{state.name} {version.label} is already in {stage}",
            fix=f"see who put it there: mltrack registry history {shlex.quote(state.name)}",
        )
    _refuse_settling(state, version, stage)
    check_moves(version, stage, stages)
    return move_to(state, stages, version, stage, kind=kind)


def _refuse_settling(state: ModelState, version: Version, stage: str) -> None:
    """Refuse to take a candidate away from a contested stage, which would leave it to another."""
    for contested, candidates in state.contested.items():
        if contested != stage and version.id in candidates and len(candidates) > 1:
            raise contest_errors.stage(state, contested)


def move_to(
    state: ModelState, stages: Stages, version: Version, stage: str, *, kind: str = "promoted"
) -> Promotion:
    """Return the move of a version to a stage, with all that it pushes away; nothing is asked."""
    replaced = _in_the_way(state, stages, stage, {version.id})
    to = stages.after_replaced(stage) if replaced else ""
    return Promotion(
        kind=kind,
        version=version,
        from_stage=version.stage or version.claimed[-1],
        to_stage=stage,
        replaces=replaced,
        replaced_to=to,
        displaced=tuple(_displaced(state, stages, to, {version.id, *(v.id for v in replaced)})),
    )


def _next(version: Version, stages: Stages) -> str:
    if version.stage is None:
        raise UsageError(
            f"{version.model} {version.label} is contested: say the stage it shall have",
            fix=f"mltrack promote {shlex.quote(version.uri)} --to {version.claimed[-1]} -m WHY",
        )
    following = stages.after(version.stage)
    if following is None:
        raise MoveRefusedError(
            f"{version.model} {version.label} is in {version.stage}, and no stage comes after it",
            fix=f"mltrack promote {shlex.quote(version.uri)} --to STAGE -m WHY",
        )
    return following


def _previous(version: Version, stages: Stages) -> str:
    if version.stage is None:
        raise UsageError(
            f"{version.model} {version.label} is contested: say the stage it shall have",
            fix=f"mltrack registry demote {shlex.quote(version.uri)} --to {stages.first} -m WHY",
        )
    earlier = stages.before(version.stage)
    if earlier is None:
        raise MoveRefusedError(
            f"{version.model} {version.label} is in {version.stage}, and no stage comes before it",
            fix=_toward(version, ARCHIVED if ARCHIVED in stages.order else "STAGE"),
        )
    return earlier


def _toward(version: Version, stage: str) -> str:
    """Return the command that moves a version to a stage that is no step back."""
    if stage == ARCHIVED:
        return f"mltrack registry archive {shlex.quote(version.uri)} -m WHY"
    return f"mltrack promote {shlex.quote(version.uri)} --to {stage} -m WHY"


def check_moves(version: Version, stage: str, stages: Stages) -> None:
    """Refuse a move that `moves:` of config.yaml does not allow.

    A stage that one branch moved the version to already is allowed, whatever another branch did.

    Raises:
        MoveRefusedError: it does not; those that it allows are shown.
    """
    if stage in version.claimed:
        return
    for place in version.claimed:
        allowed = stages.moves.get(place)
        if allowed is not None and stage not in allowed:
            raise MoveRefusedError(
                f"{version.model} {version.label} may not go from {place} to {stage}",
                why=f"config.yaml allows from there: {', '.join(allowed) or 'no stage at all'}",
                fix=f"{'move it to one of those, or ' if allowed else ''}change moves: in"
                " .mltrack/config.yaml",
            )


def _in_the_way(
    state: ModelState, stages: Stages, stage: str, moving: set[str]
) -> tuple[Version, ...]:
    """Return the versions that leave an exclusive stage; all candidates while it is contested."""
    if stage not in stages.exclusive:
        return ()
    return tuple(v for v in state.versions if stage in v.claimed and v.id not in moving)


def _displaced(
    state: ModelState, stages: Stages, stage: str, moving: set[str]
) -> Iterator[Displaced]:
    """Yield what those push away that are replaced, stage after stage."""
    while versions := _in_the_way(state, stages, stage, moving):
        moving |= {version.id for version in versions}
        stage = stages.after_replaced(stage)
        yield from (Displaced(version=version, to=stage) for version in versions)


def alias_fault(alias: str, stages: Stages) -> str:
    """Return why a word cannot be an alias, or an empty text when it can."""
    if alias == LATEST or stages.known(alias):
        return "it is the name of a stage or means the latest version"
    return "" if is_plain(alias) else "use small letters, digits, dots, dashes and underscores"
