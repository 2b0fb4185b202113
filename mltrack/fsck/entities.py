"""What a check found and what a repair did: frozen, free of files."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from mltrack.fsck.kinds import RULES, Kind, Severity

REPAIR = "mltrack fsck --repair"


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """One thing that is not as it should be.

    Attributes:
        kind: its stable code.
        path: where, relative to the store; empty when it is about no one file.
        subject: what it is about: the id of a run, the folder of a model.
        message: what is wrong, in one line.
        fix: the command or edit that mends it; empty where there is none.
        line: the line in that file; 0 when it is about the whole file.
    """

    kind: Kind
    path: str
    message: str
    subject: str = ""
    fix: str = ""
    line: int = 0

    @property
    def severity(self) -> Severity:
        """Return how bad it is."""
        return RULES[self.kind].severity

    @property
    def is_repairable(self) -> bool:
        """Tell whether a repair tries to mend it."""
        return self.fix.endswith(REPAIR)

    @property
    def where(self) -> str:
        """Return the file, and the line where one is known."""
        return f"{self.path}:{self.line}" if self.line else self.path


@dataclass(frozen=True, slots=True, kw_only=True)
class Report:
    """What a check found.

    Attributes:
        findings: the worst first, then by path.
        checked: how many things of each sort were looked at.
    """

    findings: tuple[Finding, ...]
    checked: Mapping[str, int] = field(default_factory=dict)

    def of(self, severity: Severity) -> tuple[Finding, ...]:
        """Return the findings of one severity."""
        return tuple(f for f in self.findings if f.severity is severity)

    @property
    def is_clean(self) -> bool:
        """Tell whether nothing is damaged; warnings and notes are no damage."""
        return not self.of(Severity.DAMAGE)


@dataclass(frozen=True, slots=True, kw_only=True)
class Action:
    """One thing that a repair did, or in a dry run would do.

    Attributes:
        finding: what it was about.
        words: what was done, or why it could not be.
        done: whether it was done.
    """

    finding: Finding
    words: str
    done: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Repair:
    """What a repair did, and what a check finds after it."""

    actions: tuple[Action, ...]
    left: Report


_ORDER = list(Severity)


def in_order(findings: "list[Finding]") -> tuple[Finding, ...]:
    """Return findings once each, the worst first, then by path, line and kind."""
    return tuple(
        sorted(
            dict.fromkeys(findings),
            key=lambda f: (_ORDER.index(f.severity), f.path, f.line, f.kind, f.message),
        )
    )
