"""Ask who put a version where it is."""

from dataclasses import dataclass
from typing import Any

from mltrack.api.registry.lineage import chosen
from mltrack.api.registry.rows import history_row, version_row
from mltrack.api.runs.rows import code_row, who_ran
from mltrack.api.store import opened_store
from mltrack.registry.lineage.gathering import run_of
from mltrack.registry.responsibility import Responsibility, responsibility
from mltrack.tracking.entities import RunRecord


@dataclass(frozen=True, slots=True, kw_only=True)
class Who:
    """Who had a part in a version being where it is, and the run that made it.

    Attributes:
        parts: who registered it, asked for its last move, answered, and made it.
        deleted: whether the version was deleted.
        run: the run; None where the version was registered from a path, or the run is not here.
    """

    parts: Responsibility
    run: RunRecord | None
    deleted: bool = False

    def to_json(self) -> dict[str, Any]:
        """Return all of it, ready for JSON."""
        version = self.parts.version
        return {
            "model": version.model,
            "label": version.label,
            **version_row(version),
            "deleted": self.deleted,
            "steps": [history_row(entry) for entry in self.parts.steps],
            "ran": None if self.run is None else who_ran(self.run),
            "code": {} if self.run is None else code_row(self.run),
        }


def registry_who(version: str) -> Who:
    """Return who put a version where it is.

    Args:
        version: `churn@production`, `churn/3`, or `churn` for its latest version.

    Raises:
        NotFoundError: there is no such model or version.
        ConflictError: branches disagree on which version is meant.
    """
    store = opened_store()
    state, found = chosen(store, version)
    return Who(
        parts=responsibility(state, found),
        run=run_of(store, found.source.run),
        deleted=found in state.deleted,
    )
