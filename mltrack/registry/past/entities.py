"""The registry as it was at a moment: frozen, free of files."""

from dataclasses import dataclass, replace
from datetime import datetime

from mltrack.registry.entities import HistoryEntry, ModelState, Version
from mltrack.registry.stages import Stages


@dataclass(frozen=True, slots=True, kw_only=True)
class Standing:
    """What an exclusive stage of a model held.

    Attributes:
        state: the model as it was.
        versions: the version; several while branches disagreed.
    """

    state: ModelState
    stage: str
    versions: tuple[Version, ...]

    @property
    def model(self) -> str:
        """Return the name of the model."""
        return self.state.name

    @property
    def movers(self) -> tuple[HistoryEntry | None, ...]:
        """Return for each version the event that put it there; None while that is contested."""
        wanted = {version.placed for version in self.versions}
        found = {entry.event: entry for entry in self.state.history if entry.event in wanted}
        return tuple(found.get(version.placed) for version in self.versions)

    @property
    def is_contested(self) -> bool:
        """Tell whether branches disagreed."""
        return len(self.versions) > 1


@dataclass(frozen=True, slots=True, kw_only=True)
class PastRegistry:
    """The registry as it was.

    Attributes:
        moment: the moment that was asked for; None where a commit was.
        commit: the commit that tells it; None where none is that old, or the events' times tell.
        committed: when that commit was made, in Unix seconds.
        branch: the branch whose commit it is; empty where a commit was named, or by events' times.
        stages: the stages that were set then.
        models: the models that had a version, by name.
        notes: what its reader should know, a line each.
    """

    moment: datetime | None
    stages: Stages
    models: tuple[ModelState, ...] = ()
    commit: str | None = None
    committed: int | None = None
    branch: str = ""
    notes: tuple[str, ...] = ()

    def only(self, model: str) -> "PastRegistry":
        """Return the same with this model alone."""
        return replace(self, models=tuple(m for m in self.models if m.name == model))

    def with_note(self, note: str) -> "PastRegistry":
        """Return the same with one note more."""
        return replace(self, notes=(*self.notes, note))

    @property
    def standings(self) -> tuple[Standing, ...]:
        """Return what each exclusive stage of each model held, those that held nothing left out."""
        found = (
            _standing(state, stage)
            for state in self.models
            for stage in self.stages.order
            if stage in self.stages.exclusive
        )
        return tuple(standing for standing in found if standing.versions)


def _standing(state: ModelState, stage: str) -> Standing:
    holder = state.holders.get(stage)
    ids = {holder} if holder else set(state.contested.get(stage, ()))
    versions = tuple(version for version in state.versions if version.id in ids)
    return Standing(state=state, stage=stage, versions=versions)
