"""What a gate can ask of a version, and how each rule reads."""

from dataclasses import dataclass
from enum import StrEnum

from mltrack.query.directions import Better
from mltrack.registry.attestation import Level
from mltrack.registry.gates.numbers import told

SLICE = "slice/"
"""How the name of a figure begins that is one of a slice."""


class Flag(StrEnum):
    """A rule that needs no more than its name, and how it reads."""

    CLEAN_GIT = "clean_git"
    LOCK = "lock"
    VERIFIED = "verified"
    INTACT = "intact"
    SIGNED = "signed"

    @property
    def words(self) -> str:
        """Return the rule in the words of people."""
        return _FLAGS[self]

    @property
    def key(self) -> tuple[str, ...]:
        """Return what it asks about: two rules with the same key contradict or repeat."""
        return (str(self),)


_FLAGS = {
    Flag.CLEAN_GIT: "its run was of committed code",
    Flag.LOCK: "a lock in its package",
    Flag.VERIFIED: "its run is verified",
    Flag.INTACT: "its files are as they were registered",
    Flag.SIGNED: "in a signed commit",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Bound:
    """A figure is at least, or at most, a number.

    Attributes:
        data: the digest of the data, or its beginning; empty means any data.
    """

    metric: str
    limit: float
    is_least: bool
    data: str = ""

    @property
    def words(self) -> str:
        """Return the rule in the words of people."""
        side = "at least" if self.is_least else "at most"
        return f"{self.metric} {side} {told(self.limit)}{_on(self.data)}"

    @property
    def key(self) -> tuple[str, ...]:
        """Return what it asks about."""
        return ("metric", self.metric, self.data, "min" if self.is_least else "max")


@dataclass(frozen=True, slots=True, kw_only=True)
class NoWorse:
    """A figure is no worse than that of the version that holds the stage, but for a margin.

    Attributes:
        better: which values are better, higher or lower.
        data: the digest of the data, or its beginning; empty means any data.
    """

    metric: str
    margin: float
    better: Better
    data: str = ""

    @property
    def words(self) -> str:
        """Return the rule in the words of people."""
        by = f" by more than {told(self.margin)}" if self.margin else ""
        return f"{self.metric} no worse than the holder's{by}{_on(self.data)}"

    @property
    def key(self) -> tuple[str, ...]:
        """Return what it asks about."""
        return ("metric", self.metric, self.data, "no_worse_by")


@dataclass(frozen=True, slots=True, kw_only=True)
class Tagged:
    """The version has a tag; `value` None means that any value will do."""

    name: str
    value: bool | float | str | None = None

    @property
    def words(self) -> str:
        """Return the rule in the words of people."""
        return f"tag {self.name}{'' if self.value is None else f' is {shown(self.value)}'}"

    @property
    def key(self) -> tuple[str, ...]:
        """Return what it asks about."""
        return ("tags", self.name)


@dataclass(frozen=True, slots=True, kw_only=True)
class Described:
    """The model has a field, such as its owner."""

    name: str

    @property
    def words(self) -> str:
        """Return the rule in the words of people."""
        return f"field {self.name} of the model"

    @property
    def key(self) -> tuple[str, ...]:
        """Return what it asks about."""
        return ("fields", self.name)


@dataclass(frozen=True, slots=True, kw_only=True)
class Approved:
    """So many others than the author of the request approve of it."""

    count: int
    by: Level = Level.CLAIMED

    @property
    def words(self) -> str:
        """Return the rule in the words of people."""
        noun = "approval" if self.count == 1 else "approvals"
        return f"{self.count} {noun} by others{_KINDS[self.by]}"

    @property
    def key(self) -> tuple[str, ...]:
        """Return what it asks about."""
        return ("approvals", self.by)


_KINDS = {
    Level.CLAIMED: "",
    Level.ATTESTED: ", attested by the code host or signed",
    Level.SIGNED: ", signed",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Stayed:
    """The version is in a stage, and has been for so long."""

    stage: str
    days: float

    @property
    def words(self) -> str:
        """Return the rule in the words of people."""
        return f"{told(self.days)} {'day' if self.days == 1 else 'days'} in {self.stage}"

    @property
    def key(self) -> tuple[str, ...]:
        """Return what it asks about."""
        return ("days_in", self.stage)


Rule = Bound | NoWorse | Tagged | Described | Approved | Stayed | Flag


def shown(value: object) -> str:
    """Return the value of a tag as YAML would have it: text in quotes."""
    if isinstance(value, bool):
        return "true" if value else "false"
    return f'"{value}"' if isinstance(value, str) else str(value)


def _on(data: str) -> str:
    return f" on data {data[:12]}" if data else ""
