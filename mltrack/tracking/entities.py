"""What a run is once it has been read: frozen, whole, free of files."""

from collections.abc import Mapping
from datetime import datetime
from enum import StrEnum
from typing import TYPE_CHECKING, Any, NamedTuple

from mltrack.store.ids import handle_of

if TYPE_CHECKING:
    from mltrack.store.manifest import Entry

NOTHING: Mapping[str, Any] = {}


class RunStatus(StrEnum):
    """How a run stands, or how it ended."""

    RUNNING = "running"
    FINISHED = "finished"
    LOST = "lost"
    KILLED = "killed"
    FAILED = "failed"
    UNKNOWN = "unknown"


class MetricSummary(NamedTuple):
    """One metric of a run in five numbers.

    Attributes:
        last: the value at the highest step; of equal steps the later row.
        last_step: that step.
        min: the least value, NaN skipped; NaN when there is no other.
        max: the greatest value, NaN skipped; NaN when there is no other.
        count: how many points were logged.
    """

    last: float
    last_step: int
    min: float
    max: float
    count: int  # type: ignore[assignment]  # a tuple counts too, and nobody asks it to


class Note(NamedTuple):
    """What somebody noted of a run.

    Attributes:
        text: the note.
        by: who; None where the policy names nobody.
        time: when its author said it, as the store writes time.
    """

    text: str
    by: str | None
    time: str


class RunRecord(NamedTuple):
    """A run as all its files together tell it.

    Attributes:
        ended: when it ended, or last gave a sign when it was lost; None while that is not known.
        user: who ran it; None where the policy names nobody.
        user_source: what named the user: MLTRACK_USER, git, system, or the variable of a CI job.
        host: where it ran; None where the policy names no host.
        metrics: a summary of each metric, by name.
        code: commit, branch, tree, base, dirty, remote, untracked.
        project: name, entry, folder and argv of what ran.
        environment: python, platform, and how it was built.
        inputs: the data that it used, by name: digest, source, rows, columns.
        seen: how many rows of each writer the summary covers.
        digests: the sha256 of the files of its creator that no longer change, by name.
        deleted: whether the latest word on it is that it was removed.
        experiment_deleted: whether its experiment was removed, which hides it too.
        warnings: what was wrong with its files, one line each.
    """

    id: str
    name: str
    experiment: str
    experiment_id: str
    status: RunStatus
    started: datetime
    ended: datetime | None = None
    user: str | None = None
    user_source: str | None = None
    host: str | None = None
    params: Mapping[str, Any] = NOTHING
    tags: Mapping[str, Any] = NOTHING
    metrics: Mapping[str, MetricSummary] = NOTHING
    code: Mapping[str, Any] = NOTHING
    project: Mapping[str, Any] = NOTHING
    environment: Mapping[str, Any] = NOTHING
    inputs: Mapping[str, Mapping[str, Any]] = NOTHING
    artifacts: "tuple[Entry, ...]" = ()
    notes: tuple[Note, ...] = ()
    writers: tuple[str, ...] = ("main",)
    seen: Mapping[str, int] = NOTHING
    dropped: int = 0
    error: str = ""
    traceback: str = ""
    digests: Mapping[str, str] = NOTHING
    parent: str | None = None
    job: str | None = None
    deleted: bool = False
    experiment_deleted: bool = False
    warnings: tuple[str, ...] = ()

    def in_experiment(self, name: str | None, *, deleted: bool) -> "RunRecord":
        """Return the run with what was said of its experiment: its present name, if it got one."""
        return self._replace(experiment=name or self.experiment, experiment_deleted=deleted)

    @property
    def hidden(self) -> bool:
        """Tell whether listings leave it out."""
        return self.deleted or self.experiment_deleted

    @property
    def handle(self) -> str:
        """Return the random part of the id, which people use to name the run."""
        return handle_of(self.id)
