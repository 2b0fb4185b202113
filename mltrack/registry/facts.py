"""What one event of the registry says, by its kind.

The two kinds of which there are most are tuples: they are made in a third of the time.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, NamedTuple

from mltrack.registry.entities import Evidence, Source

NO_EVIDENCE = Evidence()
MOVES = ("promoted", "demoted", "archived")
MAX_NUMBER = 10**9 - 1
"""The highest number of a version: nine digits, as many as a reference may have."""


class Registered(NamedTuple):
    """A version came to be, in a stage, and asks for a number."""

    version: str
    proposed: int
    stage: str
    digest: str
    flavor: str
    source: Source
    evidence: Evidence = NO_EVIDENCE
    description: str = ""


class Moved(NamedTuple):
    """A version went to a stage; those that were in its way went to another in the same event.

    Attributes:
        kind: promoted, demoted or archived; it says what the author meant, and changes nothing.
        displaced: the versions that in turn were in the way of those, and where each went.
        forced: a gate was not met.
        unpushed: git did not carry all files of the version, and that was allowed.
        request: the name of the event that asked for it; empty where none did.
    """

    version: str
    stage: str
    kind: str = "promoted"
    from_stage: str = ""
    replaces: tuple[str, ...] = ()
    replaced_to: str = ""
    displaced: tuple[tuple[str, str], ...] = ()
    evidence: Evidence = NO_EVIDENCE
    forced: bool = False
    unpushed: bool = False
    request: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Requested:
    """Somebody proposes that a version goes to a stage."""

    version: str
    stage: str
    from_stage: str = ""
    evidence: Evidence = field(default_factory=Evidence)


@dataclass(frozen=True, slots=True, kw_only=True)
class Reviewed:
    """Somebody says yes or no to a request, which its event names."""

    request: str
    version: str
    stage: str
    approves: bool
    attested: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class Deleted:
    """A version or, with None, every version that its author saw is not to be seen any more."""

    version: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Restored:
    """A version or, with None, every version that its author saw is to be seen again."""

    version: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class NumberAssigned:
    """A version got another number than it asked for."""

    version: str
    number: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Aliased:
    """An alias was given to a version; None took it away."""

    alias: str
    version: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Described:
    """Something was said in words, of a version or, with None, of the model."""

    version: str | None
    fields: Mapping[str, str]


@dataclass(frozen=True, slots=True, kw_only=True)
class Tagged:
    """Tags were set, of a version or, with None, of the model; a value of None removes one."""

    version: str | None
    tags: Mapping[str, Any]


Fact = (
    Registered
    | Moved
    | NumberAssigned
    | Aliased
    | Described
    | Tagged
    | Requested
    | Reviewed
    | Deleted
    | Restored
)
