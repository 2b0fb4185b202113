"""What may happen next: whether a version may move, what that replaces, what an alias may be."""

import shlex
from collections.abc import Iterator

from mltrack.errors import MltrackError, UsageError
from mltrack.registry.entities import ModelState, Version
from mltrack.registry.moves import Displaced, Promotion
from mltrack.registry.stages import LATEST, Stages
from mltrack.store.names import is_plain


class MoveRefusedError(MltrackError):
    """The stages of the store, or where the version is, do not let it move there."""


def registered_already(state: ModelState, digest: str, run: str | None) -> Version | None:
    """Return the version that is this model of this run already, or None."""
    same = (v for v in state.versions if v.digest == digest and v.source.run == run)
    return next(same, None)


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
    """
    stage = stages.named(to) if to is not None else _next(version, stages)
    if version.stage == stage:
        raise MoveRefusedError(
            f"{state.name} {version.label} is already in {stage}",
            fix=f"see who put it there: mltrack registry history {shlex.quote(state.name)}",
        )
    _check_moves(version, stage, stages)
    return move_to(state, stages, version, stage)


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


def _check_moves(version: Version, stage: str, stages: Stages) -> None:
    for place in version.claimed:
        allowed = stages.moves.get(place)
        if place != stage and allowed is not None and stage not in allowed:
            raise MoveRefusedError(
                f"{version.model} {version.label} may not go from {place} to {stage}",
                why=f"config.yaml allows from there: {', '.join(allowed) or 'no stage at all'}",
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
