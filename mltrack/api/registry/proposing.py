"""Propose that a version goes to a stage, for others to approve or reject."""

from dataclasses import dataclass
from pathlib import Path

from mltrack.api.git_notice import tell_if_ignored
from mltrack.api.registry.promoting import decide, evidence_of_move, refuse_silence
from mltrack.progress import Progress, silent
from mltrack.registry.entities import Request, name_of
from mltrack.registry.facts import Requested
from mltrack.registry.moves import Promotion
from mltrack.registry.requests import proposed_already
from mltrack.registry.writing import append, changing
from mltrack.store.events import SUFFIX


@dataclass(frozen=True, slots=True, kw_only=True)
class Proposal:
    """A promotion that was proposed.

    Attributes:
        move: what shall happen, and which gates it meets by now.
        event: the name of the event that asks for it.
        file: where that event lies.
        earlier: the same request, where somebody made it before; nothing was written then.
    """

    move: Promotion
    event: str
    file: Path
    earlier: Request | None = None

    @property
    def asked_by(self) -> str:
        """Return who asked first; empty where this is the first time."""
        return name_of(self.earlier.actor) if self.earlier else ""


def propose_model(
    name: str,
    version: int | str | None = None,
    *,
    to: str | None = None,
    reason: str,
    progress: Progress = silent,
) -> Proposal:
    """Ask others to approve that a version goes to a stage; nothing moves.

    Gates need not be met yet: what each found is kept with the request.

    Args:
        name: the model, or one of its versions: `churn`, `churn/3`, `churn@staging`.
        version: the version, where `name` names none; the latest when it is left out.
        to: the stage; the one after the version's when it is left out.
        reason: why; it is kept for ever.
        progress: is told what was chosen where something was left out.

    Raises:
        UsageError: there is no reason.
        NotFoundError: no such model, version or stage.
        ConflictError: branches disagree on which version is meant.
        IntegrityError: its files are gone, or are not as they were registered.
        MoveRefusedError: it may not move there.
    """
    refuse_silence(reason)
    store, stages, decided, move, *_ = decide(name, version, to=to, progress=progress)
    folder = store.layout.model_events(decided.folder)
    with changing(store, decided.name, stages) as state:
        earlier = proposed_already(state, move.version, move.to_stage)
        if earlier is not None:
            file = folder / f"{earlier.event}{SUFFIX}"
            return Proposal(move=move, event=earlier.event, file=file, earlier=earlier)
        fact = Requested(
            version=move.version.id,
            stage=move.to_stage,
            from_stage=move.from_stage,
            evidence=evidence_of_move(store, move),
        )
        event = append(store, state, fact, name=state.name, reason=reason)
    tell_if_ignored(store)
    return Proposal(move=move, event=event.name, file=folder / f"{event.name}{SUFFIX}")
