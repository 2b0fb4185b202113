"""Find the runs of a store: all that meet a filter, the newest or the best first."""

import builtins
from collections.abc import Iterator, Sequence
from functools import partial
from operator import index
from typing import overload

from mltrack.api.run import Run
from mltrack.api.store import opened_store
from mltrack.errors import UsageError
from mltrack.progress import Share, nobody
from mltrack.store.store import Store
from mltrack.tracking.catalog import search
from mltrack.tracking.catalog.wanted import Wanted, Which

MOST = 2**31
"""No store holds more runs."""


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
        TypeError: `limit` is no whole number.
        UsageError: `where` makes no sense, `max` and `min` are both given, or `limit` is negative.
        NotFoundError: there is no store, no such experiment, or no such parent.
        ConflictError: several experiments, or several parents, are meant.
    """
    if max and min:
        raise UsageError("max and min exclude each other", fix="name the one that means best")
    if limit is not None and index(limit) < 0:
        raise UsageError(f"limit must be 0 or more, not {limit}")
    limit = None if limit is None else builtins.min(index(limit), MOST)
    store = opened_store()
    ranked_by = max or min
    which = Which.ALL if deleted else Which.SHOWN
    if limit and not (where or ranked_by) and experiment is None and parent is None:
        return _runs(store, search.newest(store, limit, which=which))
    from mltrack.query.keys import metric_key
    from mltrack.query.where import parse

    wanted = Wanted(
        where=where or "",
        condition=parse(where) if where else None,
        best=metric_key(ranked_by) if ranked_by else None,
        highest=bool(max),
        limit=limit,
        parent=None if parent is None else _id_of(store, parent),
        which=which,
    )
    narrow = None if experiment is None else partial(_chosen_experiment, experiment)
    return _runs(store, search.search(store, wanted, progress, narrow=narrow))


def _id_of(store: Store, text: str) -> str:
    from mltrack.api.selectors import select_run

    return select_run(store, text).id


def _chosen_experiment(text: str, known: search.Experiments) -> str:
    from mltrack.api.experiments import choose_experiment, experiments_of

    return choose_experiment(experiments_of(known), text).id


def _runs(store: Store, found: search.Found) -> Runs:
    runs = [Run(store, record, handle=found.handles[record.id]) for record in found.runs]
    return Runs(runs, found.warnings, removed=found.hidden)
