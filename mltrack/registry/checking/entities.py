"""What is found on a branch."""

from dataclasses import dataclass, replace
from typing import NamedTuple


class Finding(NamedTuple):
    """Something that must not be merged as it is.

    Attributes:
        file: where, below the top of the repository.
        what: what is wrong.
        fix: what to do about it.
    """

    file: str
    what: str
    fix: str = ""


class CheckedEvent(NamedTuple):
    """An event that a branch adds.

    Attributes:
        file: where it lies, below the top of the repository.
        words: what it does, for people.
        by: who did it.
        level: how sure that is.
        forced: whether it moves a version though a gate was not met.
    """

    file: str
    model: str
    kind: str
    words: str
    by: str
    level: str
    forced: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Report:
    """What a branch adds to the registry, and what is wrong with it.

    Attributes:
        base: the commit of the branch that it goes to.
        head: the commit that was looked at.
        events: the events that it adds.
        findings: what must not be merged.
        notes: what a reviewer should know.
    """

    base: str
    head: str
    events: tuple[CheckedEvent, ...] = ()
    findings: tuple[Finding, ...] = ()
    notes: tuple[str, ...] = ()

    @property
    def is_clean(self) -> bool:
        """Tell whether nothing is wrong."""
        return not self.findings

    @property
    def forced(self) -> tuple[CheckedEvent, ...]:
        """Return the events that move a version though a gate was not met."""
        return tuple(event for event in self.events if event.forced)

    def with_notes(self, notes: tuple[str, ...]) -> "Report":
        """Return the same report with more to know, before the rest."""
        return replace(self, notes=(*notes, *self.notes))
