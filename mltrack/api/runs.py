"""Find, read, annotate, remove and compare the runs of a store."""

from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any, overload

from mltrack.api.run import Run
from mltrack.api.selectors import choose, select_run
from mltrack.api.selectors import select_runs as _select_runs
from mltrack.api.store import opened_store
from mltrack.errors import UsageError
from mltrack.query.sorting import sort_rows
from mltrack.query.where import parse_where
from mltrack.store.store import Store
from mltrack.tracking import annotations
from mltrack.tracking.ending import settle_all
from mltrack.tracking.entities import RunRecord, RunStatus
from mltrack.tracking.reader import list_runs, load_run
from mltrack.tracking.values import checked_key, checked_values


class Runs(Sequence[Run]):
    """Runs in the order that was asked for, and a warning for each that could not be read."""

    def __init__(self, runs: Sequence[Run], warnings: Sequence[str] = ()) -> None:
        self._runs = tuple(runs)
        self.warnings = tuple(warnings)

    @overload
    def __getitem__(self, index: int) -> Run: ...
    @overload
    def __getitem__(self, index: slice) -> "Runs": ...
    def __getitem__(self, index: int | slice) -> "Run | Runs":
        if isinstance(index, slice):
            return Runs(self._runs[index], self.warnings)
        return self._runs[index]

    def __len__(self) -> int:
        return len(self._runs)

    def __iter__(self) -> Iterator[Run]:
        return iter(self._runs)

    def __repr__(self) -> str:
        return f"<Runs {list(self._runs)!r}>"


def search_runs(
    where: str | None = None,
    *,
    max: str | None = None,  # noqa: A002 - the word that users know
    min: str | None = None,  # noqa: A002
    limit: int | None = None,
    experiment: str | None = None,
    deleted: bool = False,
) -> Runs:
    """Return runs, newest first or best first.

    Args:
        where: comparisons such as `metrics.acc > 0.9 and params.solver = "lbfgs"`.
        max: a metric; the run with its highest last value comes first.
        min: a metric; the run with its lowest last value comes first.
        limit: at most so many.
        experiment: only the runs of this experiment, by name or id.
        deleted: also those that were removed.

    Raises:
        UsageError: `where` makes no sense, or both `max` and `min` are given.
        NotFoundError: there is no store.
    """
    if max and min:
        raise UsageError("max and min exclude each other", fix="name the one that means best")
    store = opened_store()
    listing = list_runs(store, deleted=deleted)
    runs = [Run(store, record) for record in listing.runs]
    if experiment is not None:
        runs = [r for r in runs if experiment in {r.record.experiment, r.record.experiment_id}]
    if where:
        matches = parse_where(where)
        runs = [run for run in runs if matches(run.to_json())]
    if max or min:
        runs = sort_rows(runs, key=lambda run: run.metrics.get(max or min or ""), highest=bool(max))
    return Runs(runs[:limit] if limit is not None else runs, listing.warnings)


def get_run(text: str) -> Run:
    """Return one run by id, handle, position or selector such as `@max:acc`.

    Raises:
        NotFoundError: no run matches.
        ConflictError: several match.
    """
    store = opened_store()
    return Run(store, select_run(store, text))


def select_runs(texts: Sequence[str]) -> list[Run]:
    """Return the runs that selectors mean; `1..5` means five."""
    store = opened_store()
    return [Run(store, record) for record in _select_runs(store, texts)]


def tag_run(text: str, tags: Mapping[str, Any]) -> Run:
    """Set tags of a run that has ended, or of a live one, and return it.

    Raises:
        NotFoundError: no run matches.
        TypeError, ValueError: a tag cannot be one.
    """
    store = opened_store()
    checked = checked_values(dict(tags), "tag", store.settings["secrets.allow"])
    return _annotated(store, text, "tagged", {"tags": checked})


def rename_run(text: str, name: str) -> Run:
    """Give a run another name and return it."""
    return _annotated(opened_store(), text, "renamed", {"name": checked_key(name, "run")})


def _annotated(store: Store, text: str, kind: str, body: Mapping[str, Any]) -> Run:
    record = select_run(store, text)
    annotations.annotate(store, record.id, kind, body)
    return Run(store, select_run(store, record.id))


def remove_runs(texts: Sequence[str], reason: str = "") -> list[Run]:
    """Mark runs as deleted; their files stay, and any clone can restore them.

    Raises:
        UsageError: a run is still running.
    """
    store = opened_store()
    records = _select_runs(store, texts)
    for record in records:
        if record.status is RunStatus.RUNNING:
            raise UsageError(
                f"run {record.handle} is still running", fix=f"mltrack finish {record.handle}"
            )
    for record in records:
        annotations.annotate(store, record.id, "deleted", {}, reason=reason, seen=record.seen)
    return [Run(store, record) for record in records]


def restore_runs(texts: Sequence[str], reason: str = "") -> list[Run]:
    """Take back that runs were deleted."""
    store = opened_store()
    records = [_deleted_run(store, text) for text in texts]
    for record in records:
        annotations.annotate(store, record.id, "restored", {}, reason=reason, seen=record.seen)
    return [Run(store, select_run(store, record.id)) for record in records]


def _deleted_run(store: Store, text: str) -> RunRecord:
    """Return a run by the same selectors, looking among the deleted ones too."""
    gone = [r for r in list_runs(store, deleted=True).runs if r.deleted]
    return load_run(store, choose(gone, text).id)


def artifact_path(uri: str) -> Path:
    """Return where an artifact can be read.

    Args:
        uri: `RUN/path/in/the/run`, or `runs:/RUN/path/in/the/run`.

    Raises:
        UsageError: the uri names no path.
        NotFoundError: no such run or artifact.
    """
    text, _, path = uri.removeprefix("runs:/").strip("/").partition("/")
    if not text or not path:
        raise UsageError(f"{uri!r} names no artifact", fix="write RUN/PATH, such as 1/plot.png")
    return get_run(text).artifact_path(path)


def settle() -> None:
    """Mark the runs of this machine whose processes are gone as lost, and let git see them."""
    settle_all(opened_store())
