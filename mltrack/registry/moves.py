"""A move of a version to another stage, as it is decided before it is written."""

from dataclasses import dataclass

from mltrack.registry.entities import Evaluation, GateResult, Version


@dataclass(frozen=True, slots=True, kw_only=True)
class Displaced:
    """A version that leaves a stage because another version, which was replaced, comes there."""

    version: Version
    to: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Promotion:
    """A move of a version to another stage: decided, and written unless it was a dry run.

    Attributes:
        kind: promoted, demoted or archived.
        replaces: the versions that leave the stage for it.
        replaced_to: the stage they go to; empty when there are none.
        displaced: the versions that leave `replaced_to` for those, and where they go.
        gates: whether each gate of the stage was met.
        forced: whether it is made though a gate is not met.
        unpushed: the files of the version that git does not carry, where that was allowed.
        request: the name of the event that asked for it; empty where none did.
        event: the name of the event; empty when nothing was written.
    """

    version: Version
    from_stage: str
    to_stage: str
    kind: str = "promoted"
    replaces: tuple[Version, ...] = ()
    replaced_to: str = ""
    displaced: tuple[Displaced, ...] = ()
    gates: tuple[GateResult, ...] = ()
    evaluations: tuple[Evaluation, ...] = ()
    forced: bool = False
    unpushed: tuple[str, ...] = ()
    request: str = ""
    event: str = ""
    notes: tuple[str, ...] = ()

    @property
    def is_met(self) -> bool:
        """Tell whether all gates are met."""
        return not self.unmet

    @property
    def unmet(self) -> tuple[GateResult, ...]:
        """Return the gates that are not met."""
        return tuple(result for result in self.gates if not result.passed)

    @property
    def words(self) -> str:
        """Return the move in one line for people."""
        version = self.version
        stays = self.from_stage == self.to_stage  # as the one of several that branches put there
        course = f"stays in {self.to_stage}" if stays else f"{self.from_stage} -> {self.to_stage}"
        line = f"{version.model} {version.label}: {course}"
        if not self.replaces:
            return line
        labels = ", ".join(replaced.label for replaced in self.replaces)
        pushed = "".join(f"; {one.version.label} to {one.to}" for one in self.displaced)
        return f"{line} (in place of {labels}, now {self.replaced_to}{pushed})"
