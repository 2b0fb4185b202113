"""Where a version comes from: frozen, free of files."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from mltrack.registry.entities import Evaluation, HistoryEntry, Request, Version
from mltrack.tracking.entities import RunRecord


@dataclass(frozen=True, slots=True, kw_only=True)
class Parent:
    """A run or a model that the run of a version stands on.

    Attributes:
        kind: `parent`, the run that it belongs to; `run`, one whose file it used; `model`, a
            registered version that it used.
        name: the id of the run, or the words that name the version.
        through: the input by which it used it; empty for the run that it belongs to.
    """

    kind: str
    name: str
    through: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Lineage:
    """Where a version comes from, and what became of it.

    Attributes:
        version: the version.
        run: the run that made it; None where there is none, or it is not here.
        packages: the packages that the run had.
        lock: the sha256 of the list of these; empty where there is none.
        parents: the runs and models that the run stands on.
        evaluations: what was found of the version, the newest first.
        altered: the runs of evaluations that do not count, for their figures were changed.
        requests: what is proposed for it and open.
        moves: every event that gave it a stage, the oldest first.
        deleted: whether it was deleted.
    """

    version: Version
    run: RunRecord | None = None
    packages: tuple[str, ...] = ()
    lock: str = ""
    parents: tuple[Parent, ...] = ()
    evaluations: tuple[Evaluation, ...] = ()
    altered: tuple[str, ...] = ()
    requests: tuple[Request, ...] = ()
    moves: tuple[HistoryEntry, ...] = ()
    deleted: bool = False

    @property
    def verdict(self) -> Mapping[str, str]:
        """Return what `mltrack verify` said of the run, and the run that it made; or nothing."""
        tags = self.run.tags if self.run else {}
        return {key: str(tags[key]) for key in ("verify", "verify.run") if key in tags}


@dataclass(frozen=True, slots=True, kw_only=True)
class FromData:
    """A version whose run used a data set.

    Attributes:
        version: the version.
        run: the run.
        name: what the run calls the data.
        facts: what it recorded of it: digest, source, rows.
    """

    version: Version
    run: RunRecord
    name: str
    facts: Mapping[str, Any] = field(default_factory=dict)
