"""Find, read, annotate, remove and compare the runs of a store."""

from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any, NamedTuple, overload

from mltrack.api.experiments import choose_experiment, experiments_of
from mltrack.api.git_notice import tell_if_ignored
from mltrack.api.run import Run
from mltrack.api.selectors import select_run
from mltrack.api.selectors import select_runs as _select_runs
from mltrack.api.store import opened_store
from mltrack.errors import NotFoundError, UsageError
from mltrack.progress import Share, nobody
from mltrack.query.comparing import Difference, compared
from mltrack.query.keys import metric_key
from mltrack.query.where import parse
from mltrack.store.layout import OUTPUT, refuse_links
from mltrack.store.manifest import Entry
from mltrack.store.store import Store
from mltrack.tracking import annotations
from mltrack.tracking.catalog import search
from mltrack.tracking.catalog.wanted import Wanted, Which
from mltrack.tracking.ending import settle_all
from mltrack.tracking.notes import checked_note
from mltrack.tracking.values import checked_run_name, checked_values


class SideBySide(NamedTuple):
    """Runs side by side, and the keys in which they differ."""

    runs: tuple[Run, ...]
    differences: tuple[Difference, ...]


class Runs(Sequence[Run]):
    """Runs in the order that was asked for, and a warning for each that could not be read.

    Attributes:
        warnings: a line for each run or experiment that is not as it should be.
        removed: how many runs of the store were passed over because they were removed; 0 where
            so many were found as were asked for.
    """

    def __init__(
        self, runs: Sequence[Run], warnings: Sequence[str] = (), *, removed: int = 0
    ) -> None:
        self._runs = tuple(runs)
        self.warnings = tuple(warnings)
        self.removed = removed

    @overload
    def __getitem__(self, index: int) -> Run: ...
    @overload
    def __getitem__(self, index: slice) -> "Runs": ...
    def __getitem__(self, index: int | slice) -> "Run | Runs":
        if isinstance(index, slice):
            return Runs(self._runs[index], self.warnings, removed=self.removed)
        return self._runs[index]

    def __len__(self) -> int:
        return len(self._runs)

    def __iter__(self) -> Iterator[Run]:
        return iter(self._runs)

    def __repr__(self) -> str:
        return f"<Runs {list(self._runs)!r}>"


def search_runs(  # noqa: PLR0913 - each narrows the answer, and all can be left out
    where: str | None = None,
    *,
    max: str | None = None,  # noqa: A002 - the word that users know
    min: str | None = None,  # noqa: A002
    limit: int | None = None,
    experiment: str | None = None,
    parent: str | None = None,
    deleted: bool = False,
    progress: Share = nobody,
) -> Runs:
    """Return runs, newest first or best first.

    Args:
        where: comparisons such as `metrics.acc > 0.9 and params.solver = "lbfgs"`.
        max: a metric; the run with its highest last value comes first.
        min: a metric; the run with its lowest last value comes first.
        limit: at most so many.
        experiment: only the runs of this experiment, by its name, its id, or the beginning of it.
        parent: only the runs that belong to this one.
        deleted: also those that were removed.
        progress: is told how many runs are read, where many have to be.

    Raises:
        UsageError: `where` makes no sense, `max` and `min` are both given, or `limit` is negative.
        NotFoundError: there is no store, no such experiment, or no such parent.
        ConflictError: several experiments, or several parents, are meant.
    """
    if max and min:
        raise UsageError("max and min exclude each other", fix="name the one that means best")
    if limit is not None and limit < 0:
        raise UsageError(f"limit must be 0 or more, not {limit}")
    store = opened_store()
    ranked_by = max or min
    which = Which.ALL if deleted else Which.SHOWN
    if limit and not (where or ranked_by or experiment or parent):
        return _runs(store, search.newest(store, limit, which=which))
    wanted = Wanted(
        where=where or "",
        comparisons=tuple(parse(where)) if where else (),
        best=metric_key(ranked_by) if ranked_by else None,
        highest=bool(max),
        limit=limit,
        parent=select_run(store, parent).id if parent is not None else None,
        which=which,
    )

    def narrow(known: search.Experiments) -> str:
        return choose_experiment(experiments_of(known), experiment or "").id

    chooses = None if experiment is None else narrow
    return _runs(store, search.search(store, wanted, progress, narrow=chooses))


def _runs(store: Store, found: search.Found) -> Runs:
    runs = [Run(store, record, handle=found.handles[record.id]) for record in found.runs]
    return Runs(runs, found.warnings, removed=found.hidden)


def get_run(text: str) -> Run:
    """Return one run by id, handle, position or selector such as `@max:acc`.

    Raises:
        NotFoundError: no run matches.
        ConflictError: several match.
    """
    store = opened_store()
    return Run(store, select_run(store, text))


def select_runs(texts: str | Sequence[str]) -> list[Run]:
    """Return the runs that selectors mean; `1..5` means five."""
    store = opened_store()
    records = _select_runs(store, texts)
    handles = search.handles(store, [record.id for record in records])
    return [Run(store, record, handle=handles[record.id]) for record in records]


def tag_run(text: str, tags: Mapping[str, Any]) -> Run:
    """Set tags of a run that has ended, or of a live one, and return it.

    Raises:
        NotFoundError: no run matches.
        TypeError, ValueError: a tag cannot be one.
    """
    store = opened_store()
    checked = checked_values(tags, "tag", store.settings["secrets.allow"])
    return _annotated(store, text, "tagged", {"tags": checked})


def rename_run(text: str, name: str) -> Run:
    """Give a run another name and return it; its id stays.

    Raises:
        NotFoundError: no run matches.
        BadValueError: the name is empty, too long, or holds a control character.
    """
    return _annotated(opened_store(), text, "renamed", {"name": checked_run_name(name)})


def note_run(text: str, note: str) -> Run:
    """Add a note to a run, live or ended, and return it; secrets in the note are masked.

    Raises:
        NotFoundError: no run matches.
        BadValueError: the note is empty, or larger than 64 KiB.
    """
    store = opened_store()
    return _annotated(store, text, "noted", {"note": checked_note(note)})


def _annotated(store: Store, text: str, kind: str, body: Mapping[str, Any]) -> Run:
    settle_all(store)
    record = select_run(store, text)
    annotations.annotate(store, record.id, kind, body)
    tell_if_ignored(store)
    return Run(store, select_run(store, record.id))


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


def list_artifacts(text: str) -> tuple[Entry, ...]:
    """Return the files that a run has logged, sorted by path, those too that are not here.

    Raises:
        NotFoundError: no run matches.
    """
    return get_run(text).artifacts


def output_path(text: str) -> Path:
    """Return where the output of a run that `mltrack run` made is kept on this machine.

    Raises:
        NotFoundError: its output is not on this machine.
    """
    store = opened_store()
    record = select_run(store, text)
    path = store.layout.local(record.id) / OUTPUT
    if not refuse_links(path).is_file():
        raise NotFoundError(
            f"the output of run {record.handle} is not on this machine",
            why="only `mltrack run` keeps output, and only where it ran",
        )
    return path


def compare_runs(texts: Sequence[str], *, everything: bool = False) -> SideBySide:
    """Return what differs between runs, in the order in which they are named.

    Raises:
        UsageError: fewer than two runs are named.
    """
    runs = select_runs(texts)
    if len(runs) < 2:  # noqa: PLR2004 - it takes two to differ
        raise UsageError("compare needs two runs or more", fix="mltrack compare 1 2")
    lines = compared([run.to_json() for run in runs], everything=everything)
    return SideBySide(runs=tuple(runs), differences=tuple(lines))
