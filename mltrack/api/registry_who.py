"""Ask who put a version where it is."""

from dataclasses import dataclass
from typing import Any

from mltrack.api.registry_rows import history_row, version_row
from mltrack.api.run_rows import code_row, who_ran
from mltrack.api.store import opened_store
from mltrack.errors import MltrackError
from mltrack.registry import reader
from mltrack.registry.references import parse_registered
from mltrack.registry.responsibility import Responsibility, responsibility
from mltrack.registry.selection import select_version
from mltrack.store.store import Store
from mltrack.tracking.entities import RunRecord
from mltrack.tracking.reader import load_run


@dataclass(frozen=True, slots=True, kw_only=True)
class Who:
    """Who had a part in a version being where it is, and the run that made it.

    Attributes:
        parts: who registered it, asked for its last move, answered, and made it.
        run: the run; None where the version was registered from a path, or the run is not here.
    """

    parts: Responsibility
    run: RunRecord | None

    def to_json(self) -> dict[str, Any]:
        """Return all of it, ready for JSON."""
        version = self.parts.version
        return {
            "model": version.model,
            "label": version.label,
            **version_row(version),
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
    store, wanted = opened_store(), parse_registered(version)
    state = reader.load_model(store, wanted.name)
    found = select_version(state, reader.stages_of(store), wanted)
    return Who(parts=responsibility(state, found), run=run_of(store, found.source.run))


def run_of(store: Store, run_id: str | None) -> RunRecord | None:
    """Return a run; None where none is meant, or where it is not here or cannot be read."""
    if run_id is None:
        return None
    try:
        return load_run(store, run_id)
    except MltrackError:
        return None
