"""Who held a stage before its present holder, and the move that gives it back."""

import shlex
from dataclasses import dataclass

from mltrack.errors import ConflictError, NotFoundError, UsageError
from mltrack.registry import contest_errors
from mltrack.registry.entities import HistoryEntry, ModelState, Version
from mltrack.registry.moves import Promotion
from mltrack.registry.policy import MoveRefusedError, check_moves, move_to
from mltrack.registry.stages import Stages


class NoPreviousHolderError(MoveRefusedError):
    """Nobody held the stage before, or who did cannot hold it again."""


def rollback(state: ModelState, stages: Stages, stage: str) -> Promotion:
    """Return the move that gives a stage back to the version that held it before.

    Each rollback goes one step further back, and none returns to what was rolled back: as with an
    undo, until another version is promoted there. A promotion that returns to the version before
    counts as a rollback.

    Args:
        state: the model.
        stages: the stages of the store.
        stage: the stage, in any words for it.

    Raises:
        NotFoundError: there is no such stage.
        UsageError: the stage holds many versions.
        ConflictError: branches disagree on who holds it, or it had several holders before.
        NoPreviousHolderError: it has no holder, had none before, or that one was deleted.
        MoveRefusedError: `moves:` forbids it.
    """
    stage = stages.named(stage)
    if stage not in stages.exclusive:
        raise UsageError(
            f"{stage} holds many versions, so that none of them is the one before",
            fix=f"name a version: mltrack promote {shlex.quote(state.name)}/3 --to {stage} -m WHY",
        )
    if stage in state.contested:
        raise contest_errors.stage(state, stage)
    version = _only(state, stage, _before(state, stage))
    check_moves(version, stage, stages)
    return move_to(state, stages, version, stage)


@dataclass(frozen=True, slots=True)
class _Held:
    """That a version held a stage, after these."""

    version: str
    after: tuple["_Held", ...]


def _before(state: ModelState, stage: str) -> tuple[str, ...]:
    """Return the versions that held a stage before its holder: several where that was contested."""
    holder, held = state.holders.get(stage), _held(state, stage)
    last = next(reversed(held), None)
    if holder is None:
        raise NoPreviousHolderError(
            f"no version of {state.name} is in {stage}, so that there is nothing to roll back",
            fix=_promote(state, stage, last),
        )
    before = held[holder].after if holder in held else ()
    if before:
        return tuple(one.version for one in before)
    later = next((version for version in reversed(held) if version != holder), None)
    raise NoPreviousHolderError(
        f"{stage} of {state.name} has no previous holder: {_label(state, holder)} was the first",
        why=f"{_label(state, later)} came later, and a rollback never goes forward"
        if later
        else "",
        fix=_promote(state, stage, later),
    )


def _held(state: ModelState, stage: str) -> dict[str, _Held]:
    """Return of each version that held a stage whom it came after; who came last stands last."""
    held: dict[str, _Held] = {}
    there: set[str] = set()
    for entry in state.history:
        for version, place in entry.moved:
            if place != stage:
                there.discard(version)
            elif version not in there:  # else it only settles that it stays
                before = [v for v in _pushed_away(entry, stage) if v in held] or list(held)[-1:]
                is_next = before == [version]  # it left, and nobody came in between
                came = held[version] if is_next else _come(version, tuple(held[v] for v in before))
                held.pop(version, None)
                held[version] = came
                there.add(version)
    return held


def _come(version: str, after: tuple[_Held, ...]) -> _Held:
    """Return that a version came after others, or that it is back where it was before them."""
    back = next((old for one in after for old in one.after if old.version == version), None)
    return back or _Held(version, after)


def _pushed_away(entry: HistoryEntry, stage: str) -> tuple[str, ...]:
    """Return the versions that an event moved out of a stage: the next ones in its chain."""
    places = [place for _, place in entry.moved]
    following = places[places.index(stage) :]
    onward = next((place for place in following if place != stage), None)
    return tuple(v for v, place in entry.moved[places.index(stage) :] if place == onward)


def _only(state: ModelState, stage: str, before: tuple[str, ...]) -> Version:
    """Return the one version that held a stage before, if it can hold it again."""
    if len(before) > 1:
        labels = " and ".join(_label(state, version) for version in before)
        raise ConflictError(
            f"{stage} of {state.name} was contested before: {labels}",
            why="nobody but you can say which of them shall have it",
            fix=_promote(state, stage, before[-1]),
        )
    deleted = next((v for v in state.deleted if v.id == before[0]), None)
    if deleted is not None:
        raise NoPreviousHolderError(
            f"{deleted.label}, which held {stage} of {state.name} before, was deleted",
            fix=f"mltrack model restore {shlex.quote(deleted.uri)}",
        )
    found = next((v for v in state.versions if v.id == before[0]), None)
    if found is None:
        raise NotFoundError(
            f"{before[0]}, which held {stage} of {state.name} before, is not registered here",
            why="the event that registered it is missing: it was reverted, or not merged",
            fix=f"mltrack registry history {shlex.quote(state.name)}",
        )
    return found


def _label(state: ModelState, version: str) -> str:
    return next((v.label for v in (*state.versions, *state.deleted) if v.id == version), version)


def _promote(state: ModelState, stage: str, version: str | None) -> str:
    """Return the command that gives a stage to a version by name."""
    found = next((v.uri for v in state.versions if v.id == version), f"{state.name}/VERSION")
    return f"mltrack promote {shlex.quote(found)} --to {stage} -m WHY"
