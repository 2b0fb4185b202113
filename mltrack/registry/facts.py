"""What one event of the registry says, by its kind."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from mltrack.registry.entities import Evidence, Source


@dataclass(frozen=True, slots=True, kw_only=True)
class Registered:
    """A version came to be, in a stage, and asks for a number."""

    version: str
    proposed: int
    stage: str
    digest: str
    flavor: str
    source: Source
    evidence: Evidence = field(default_factory=Evidence)
    description: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Moved:
    """A version went to a stage; those that were in its way went to another in the same event."""

    version: str
    stage: str
    from_stage: str = ""
    replaces: tuple[str, ...] = ()
    replaced_to: str = ""
    evidence: Evidence = field(default_factory=Evidence)


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


Fact = Registered | Moved | NumberAssigned | Aliased | Described | Tagged
