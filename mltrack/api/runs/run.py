"""A run that a program reads: what was logged, its histories, its files."""

from collections.abc import Mapping
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any

from mltrack.api.runs.rows import full_row, summary_row
from mltrack.store.journal import jsonable
from mltrack.store.layout import PACKAGES
from mltrack.store.store import Store
from mltrack.tracking.entities import RunRecord

if TYPE_CHECKING:
    from mltrack.store.manifest import Entry
    from mltrack.tracking.history import History


class Run:
    """A run as it stood when it was read.

    Attributes:
        record: all that its files tell.
        handle: the letters by which people name it: all eight, or as few as a listing needs.
    """

    def __init__(self, store: Store, record: RunRecord, *, handle: str = "") -> None:
        self._store = store
        self.record = record
        self.handle = handle or record.handle

    @property
    def store(self) -> Store:
        """Return the store that it was read from."""
        return self._store

    @property
    def id(self) -> str:
        """Return the id of the run."""
        return self.record.id

    @property
    def name(self) -> str:
        """Return the name of the run."""
        return self.record.name

    @property
    def status(self) -> str:
        """Return running, finished, failed, killed, lost or unknown."""
        return str(self.record.status)

    @property
    def params(self) -> Mapping[str, Any]:
        """Return the parameters."""
        return self.record.params

    @property
    def tags(self) -> Mapping[str, Any]:
        """Return the tags."""
        return self.record.tags

    @property
    def inputs(self) -> Mapping[str, Mapping[str, Any]]:
        """Return the data that it used, by name: digest, source, rows, columns."""
        return self.record.inputs

    @property
    def metrics(self) -> Mapping[str, float]:
        """Return the last value of each metric: the one at its highest step."""
        return {name: summary.last for name, summary in self.record.metrics.items()}

    @cached_property
    def artifacts(self) -> "tuple[Entry, ...]":
        """Return the files that were logged, by path."""
        from mltrack.tracking.reader import artifacts_of

        return self.record.artifacts or artifacts_of(self._store, self.record)[0]

    @property
    def parent(self) -> str | None:
        """Return the id of the run that this one belongs to; None where there is none."""
        return self.record.parent

    @cached_property
    def children(self) -> "tuple[Run, ...]":
        """Return the runs that belong to this one, oldest first."""
        from mltrack.tracking.catalog.search import children_of

        return tuple(Run(self._store, record) for record in children_of(self._store, self.id))

    def artifact_rows(self) -> list[dict[str, Any]]:
        """Return the files that were logged, ready for JSON; `here` says if this machine has them.

        That is seen without reading them, of those kept as objects; the others are in git.
        """
        from mltrack.store.lookup import is_here

        return [
            {**entry._asdict(), "here": is_here(self._store, entry)} for entry in self.artifacts
        ]

    def history(self, name: str, *, all: bool = False) -> "History":  # noqa: A002 - users know it
        """Return the points of a metric by step; empty when it was never logged.

        Args:
            name: the metric.
            all: give every row, not only the last of each step.
        """
        from mltrack.tracking.history import history_of
        from mltrack.tracking.journals import read_journals

        return history_of(read_journals(self._store, self.id), name, all=all)

    def artifact_path(self, path: str) -> Path:
        """Return where a logged file or folder can be read.

        Raises:
            NotFoundError: it was never logged, or its bytes are not on this machine.
            IntegrityError: its bytes are not those that were logged.
        """
        from mltrack.store.lookup import locate
        from mltrack.tracking.reader import folders_of

        folders = list(folders_of(self._store, self.id, self.record.writers))
        return locate(self._store, folders, path)

    @cached_property
    def packages(self) -> list[str]:
        """Return the resolved packages that the run had, as `name==version`."""
        from mltrack.store.plain import read_plain

        try:
            lines = read_plain(self._store.layout.run_folder(self.id) / PACKAGES)
        except OSError:
            return []
        return lines.decode("utf-8", "replace").splitlines()

    def summary(self) -> dict[str, Any]:
        """Return what a listing shows of the run, ready for JSON."""
        return summary_row(self.record)

    def row(self) -> dict[str, Any]:
        """Return what runs are filtered and sorted by, ready for JSON."""
        return full_row(self.record)

    def to_json(self) -> dict[str, Any]:
        """Return all of the run, ready for JSON."""
        record = self.record
        return {
            **self.row(),
            "user_source": record.user_source,
            "code": jsonable(dict(record.code)),
            "project": jsonable(dict(record.project)),
            "environment": jsonable(dict(record.environment)),
            "packages": self.packages,
            "artifacts": self.artifact_rows(),
            "writers": list(record.writers),
            "notes": [note._asdict() for note in record.notes],
            "dropped": record.dropped,
            "error": record.error,
            "traceback": record.traceback,
            "deleted": record.deleted,
            "experiment_deleted": record.experiment_deleted,
            "warnings": list(record.warnings),
        }

    def __repr__(self) -> str:
        return f"<Run {self.handle} {self.name!r} {self.status}>"
