"""Models, versions and their history as the events together tell them: frozen, free of files.

The two of which a fold makes most are tuples: they are made in a third of the time.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, NamedTuple

from mltrack.store.ids import handle_of

Actor = Mapping[str, Any]
_NONE: Mapping[str, Any] = {}


@dataclass(frozen=True, slots=True, kw_only=True)
class Source:
    """Where the files of a version are.

    Attributes:
        run: the run that logged them; None when they lie with the version itself.
        path: the folder of the package, below the artifacts of the run or of the version.
    """

    run: str | None
    path: str

    @property
    def handle(self) -> str | None:
        """Return the letters that name the run; None when there is no run."""
        return None if self.run is None else handle_of(self.run)


@dataclass(frozen=True, slots=True, kw_only=True)
class Evaluation:
    """What `mltrack evaluate` found of a version.

    Attributes:
        run: the run that keeps the figures.
        data: the digest of the data on which it was judged.
        metrics: the figures, those of slices left out.
    """

    run: str
    data: str
    metrics: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class GateResult:
    """Whether one gate of a stage was met.

    Attributes:
        gate: the rule, in the words of people: `accuracy at least 0.9`.
        passed: whether it was met.
        found: what was found, and where.
    """

    gate: str
    passed: bool
    found: str


class Evidence(NamedTuple):
    """On what a decision was based.

    Attributes:
        run: the run that made the model; None when it was registered from a path.
        metrics: the last value of each metric of that run at the time.
        evaluations: what was found of the version, as far as the decision rests on it.
        gates: whether each gate of the stage was met.
    """

    run: str | None = None
    metrics: Mapping[str, Any] = _NONE
    evaluations: tuple[Evaluation, ...] = ()
    gates: tuple[GateResult, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Review:
    """What somebody says to a request.

    Attributes:
        event: the name of the event that says it.
        approves: whether it is an approval; else it is a rejection.
        attested: what a code host says of it, such as who approved which pull request; empty
            where nobody but the author vouches for it.
    """

    event: str
    approves: bool
    actor: Actor
    time: datetime
    reason: str
    attested: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class Request:
    """A promotion that somebody proposed and nobody has made yet.

    Attributes:
        event: the name of the event that asks, which names the request.
        version: the id of the version.
        stage: where it shall go.
        reviews: what others said, in the order of their events.
    """

    event: str
    version: str
    stage: str
    from_stage: str
    actor: Actor
    time: datetime
    reason: str
    evidence: Evidence
    reviews: tuple[Review, ...] = ()

    @property
    def is_rejected(self) -> bool:
        """Tell whether somebody said no."""
        return not all(review.approves for review in self.reviews)


class Version(NamedTuple):
    """One version of a model; what it is are its id and digest, its number is only given to it.

    Attributes:
        proposed: the number that it was registered with.
        number: the number by which it can be named; None while another version has the same.
        stage: the stage that it is in; None while the branches disagree.
        claimed: every stage that it was moved to by branches that have not seen each other.
        placed: the name of the event that put it into its stage; empty while that is contested.
        since: when it came to its stage; None while that is contested.
        forced: whether it came there though a gate was not met.
        unpushed: whether it came there though git does not carry all of its files.
        notes: what its author should know; only a version that was just registered has any.
    """

    id: str
    model: str
    folder: str
    proposed: int
    number: int | None
    stage: str | None
    claimed: tuple[str, ...]
    digest: str
    flavor: str
    source: Source
    evidence: Evidence
    registered: datetime
    actor: Actor
    event: str
    reason: str = ""
    description: str = ""
    aliases: tuple[str, ...] = ()
    tags: Mapping[str, Any] = _NONE
    placed: str = ""
    since: datetime | None = None
    forced: bool = False
    unpushed: bool = False
    notes: tuple[str, ...] = ()

    @property
    def handle(self) -> str:
        """Return the random part of the id, which names it while its number is contested."""
        return handle_of(self.id)

    @property
    def label(self) -> str:
        """Return how people call it: v3, or v3 with its handle while the number is contested."""
        number = self.number if self.number is not None else self.proposed
        return f"v{number}" if self.number is not None else f"v{number} ({self.handle})"

    @property
    def uri(self) -> str:
        """Return the words by which every command finds it."""
        return f"{self.model}/{self.number if self.number is not None else self.id}"


@dataclass(frozen=True, slots=True, kw_only=True)
class HistoryEntry:
    """One event in the life of a model, as the audit view shows it.

    Attributes:
        version: the id of the version that it is about; None when it is about the model.
        label: what people call that version; empty when there is none.
        from_stage: where its author saw the version; empty when the event moves nothing.
        to_stage: where it went.
        replaces: what people call the versions that it replaced.
        words: what else there is to say, such as the alias that was given.
        forced: whether it was done though a gate was not met.
        unpushed: whether it was done though git does not carry all files of the version.
        request: the name of the event that asked for it, or that it answers; empty where none did.
        attested: what a code host says of it; empty where nobody but its author vouches for it.
        moved: the id of each version that the event put into a stage, and that stage, in the order
            in which they pushed each other away.
    """

    event: str
    model: str
    kind: str
    time: datetime
    actor: Actor
    reason: str
    version: str | None = None
    label: str = ""
    from_stage: str = ""
    to_stage: str = ""
    replaces: tuple[str, ...] = ()
    words: str = ""
    evidence: Evidence = field(default_factory=Evidence)
    forced: bool = False
    unpushed: bool = False
    request: str = ""
    attested: Mapping[str, Any] = field(default_factory=dict)
    moved: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class ModelState:
    """All that the events of one model say.

    Attributes:
        name: the name that people gave it.
        folder: the folder that the name became.
        versions: oldest first; those that were deleted left out.
        deleted: the versions that were deleted, oldest first.
        requests: what was proposed and neither made nor rejected yet, oldest first.
        holders: the version in each exclusive stage that has exactly one.
        contested: for each exclusive stage on which the branches disagree, all candidates.
        aliases: the version that each alias names.
        contested_aliases: for each alias that branches moved apart, all candidates.
        contested_numbers: for each number that several versions have, all of them.
        fields: what was said of the model as a whole: description, owner, and the like.
        heads: the events that no other has seen; the next event follows them.
        history: every event that can be understood, oldest first.
        warnings: what is wrong with the events, one line each.
    """

    name: str
    folder: str
    versions: tuple[Version, ...] = ()
    deleted: tuple[Version, ...] = ()
    requests: tuple[Request, ...] = ()
    holders: Mapping[str, str] = field(default_factory=dict)
    contested: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    aliases: Mapping[str, str] = field(default_factory=dict)
    contested_aliases: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    contested_numbers: Mapping[int, tuple[str, ...]] = field(default_factory=dict)
    next_number: int = 1
    fields: Mapping[str, str] = field(default_factory=dict)
    tags: Mapping[str, Any] = field(default_factory=dict)
    heads: tuple[str, ...] = ()
    history: Sequence[HistoryEntry] = ()
    warnings: tuple[str, ...] = ()

    def version(self, version_id: str) -> Version:
        """Return the version with this id, which must be here, deleted or not."""
        return next(v for v in (*self.versions, *self.deleted) if v.id == version_id)


def name_of(actor: Actor) -> str:
    """Return who an actor is in one word: the email, else the name."""
    return str(actor.get("email") or actor.get("name") or "unknown")
