"""Find the runs of a store: all that meet a filter, the newest or the best first."""

import builtins
from collections.abc import Collection, Iterator, Mapping, Sequence
from functools import cache, partial
from operator import index
from types import MappingProxyType
from typing import TYPE_CHECKING, Any, overload

from mltrack.api.runs.narrowing import Narrow, narrowed
from mltrack.api.runs.run import Run
from mltrack.api.store import opened_store, store_at
from mltrack.errors import UsageError
from mltrack.progress import Share, nobody
from mltrack.query.keys import metric_key
from mltrack.store.store import Store
from mltrack.tracking.catalog import search
from mltrack.tracking.catalog.wanted import Wanted, Which

if TYPE_CHECKING:
    from datetime import datetime

    from mltrack.query.naming import Names, Order
    from mltrack.query.tree import Filter

MOST = 2**31
"""No store holds more runs."""


class Runs(Sequence[Run]):
    """Runs in the order that was asked for, and a warning for each that could not be read.

    Attributes:
        warnings: a line for each run or experiment that is not as it should be.
        removed: how many runs of the store were passed over because they were removed; 0 where
            so many were found as were asked for.
        depths: where children were asked for, how deep each run lies below the first, by id.
    """

    def __init__(
        self,
        runs: Sequence[Run],
        warnings: Sequence[str] = (),
        *,
        removed: int = 0,
        depths: Mapping[str, int] = MappingProxyType({}),
        names: "Names | None" = None,
    ) -> None:
        self._runs = tuple(runs)
        self.warnings = tuple(warnings)
        self.removed = removed
        self.depths = depths
        self._names = names

    def names(self, group: str) -> Collection[str]:
        """Return the names of params, metrics, tags or inputs that runs of the store have."""
        return self._names(group) if self._names else ()

    @overload
    def __getitem__(self, index: int) -> Run: ...
    @overload
    def __getitem__(self, index: slice) -> "Runs": ...
    def __getitem__(self, index: int | slice) -> "Run | Runs":
        if isinstance(index, slice):
            part = self._runs[index]
            return Runs(
                part,
                self.warnings,
                removed=self.removed,
                depths=self.depths,
                names=self._names,
            )
        return self._runs[index]

    def __len__(self) -> int:
        return len(self._runs)

    def __iter__(self) -> Iterator[Run]:
        return iter(self._runs)

    def to_dataframe(self) -> Any:  # noqa: ANN401 - pandas has no types
        """Return a pandas DataFrame with a row a run.

        Its columns are `run_id`, `name`, `experiment`, `status`, `started` and `ended` in UTC,
        then `params.*`, `metrics.*` with the last value of each, and `tags.*`.

        Raises:
            MissingExtraError: pandas is not installed.
        """
        from mltrack.exporters.frames import frame_of
        from mltrack.exporters.tables import table_of_runs

        return frame_of(table_of_runs([run.record for run in self._runs]))

    def __repr__(self) -> str:
        return f"<Runs {list(self._runs)!r}>"


def search_runs(  # noqa: PLR0913 - each narrows the answer, and all can be left out
    where: str | None = None,
    *,
    max: str | None = None,  # noqa: A002 - the word that users know
    min: str | None = None,  # noqa: A002
    sort: str | None = None,
    limit: int | None = None,
    experiment: str | None = None,
    status: str | None = None,
    since: "str | datetime | None" = None,
    tag: str | Sequence[str] = (),
    mine: bool = False,
    parent: str | None = None,
    children: bool = False,
    deleted: bool = False,
    rev: str | None = None,
    branch: str | None = None,
    progress: Share = nobody,
) -> Runs:
    """Return runs, newest first, best first, or sorted.

    Args:
        where: comparisons such as `metrics.acc > 0.9 and not tags.draft`.
        max: a metric; the run with its highest last value comes first.
        min: a metric; the run with its lowest last value comes first.
        sort: what they are sorted by, such as `lr`, `metrics.acc desc`, `started`.
        limit: at most so many.
        experiment: only the runs of this experiment, by its name, its id, or the beginning of it.
        status: only runs that stand so, such as `finished`, or `failed,killed`.
        since: only runs that began then or later: a date, a time, or such as `3 days ago`.
        tag: only runs with this tag, or with all of these: `name=value`, or a name.
        mine: only runs of the present user.
        parent: only the runs that belong to this one.
        children: put behind each run those that belong to it; by themselves these are only found
            where `where` or `parent` asks for them.
        deleted: also those that were removed.
        rev: the runs as a commit of git has them.
        branch: only runs that were added between two commits: `main..feature`.
        progress: is told how many runs are read, where many have to be.

    Raises:
        TypeError: `limit` is no whole number.
        UsageError: `where` or another wish makes no sense, or two exclude each other.
        NotFoundError: there is no store, no such experiment, no such parent, or no such commit.
        ConflictError: several experiments, or several parents, are meant.
    """
    _refuse_contradictions(max=max, min=min, sort=sort, limit=limit, rev=rev, branch=branch)
    store = opened_store() if rev is branch is None else store_at(rev=rev, branch=branch)
    narrow = Narrow(
        status=status,
        since=since,
        tags=(tag,) if isinstance(tag, str) else tuple(tag),
        mine=mine,
        top=children and not where and parent is None,
    )
    wanted = Wanted(
        where=where or "",
        condition=_condition(where, narrow),
        best=metric_key(max or min or "") if max or min else None,
        highest=not min,
        limit=None if limit is None else builtins.min(index(limit), MOST),
        parent=None if parent is None else _id_of(store, parent),
        which=Which.ALL if deleted else Which.SHOWN,
    )
    found = _found(store, wanted, experiment, sort, progress)
    return _families(store, found, wanted.which) if children else _runs(store, found)


def _refuse_contradictions(*, limit: int | None, **wishes: str | None) -> None:
    """Make sure that wishes go together.

    Raises:
        TypeError: `limit` is no whole number.
        UsageError: they do not.
    """
    for words in (("max", "min", "sort"), ("rev", "branch")):
        given = [word for word in words if wishes[word]]
        if len(given) > 1:
            raise UsageError(f"{' and '.join(given)} exclude each other", fix="name only one")
    if limit is not None and index(limit) < 0:
        raise UsageError(f"limit must be 0 or more, not {limit}")


def _condition(where: str | None, narrow: Narrow) -> "Filter | None":
    said = None
    if where:
        from mltrack.query.where import parse

        said = parse(where)
    return said if narrow == Narrow() else narrowed(said, narrow)


def _found(
    store: Store, wanted: Wanted, experiment: str | None, sort: str | None, progress: Share
) -> search.Found:
    plain = Wanted(limit=wanted.limit, which=wanted.which)
    if wanted.limit and wanted == plain and experiment is None and not sort:
        return search.newest(store, wanted.limit, which=wanted.which)
    return search.search(
        store,
        wanted,
        progress,
        narrow=None if experiment is None else partial(_chosen_experiment, experiment),
        order=partial(_order, sort) if sort else None,
    )


def _order(text: str, names: "Names") -> "Order":
    from mltrack.query.naming import order_of

    return order_of(text, names)


def _id_of(store: Store, text: str) -> str:
    from mltrack.api.selectors import select_run

    return select_run(store, text).id


def _chosen_experiment(text: str, known: search.Experiments) -> str:
    from mltrack.api.runs.experiments import choose_experiment, experiments_of

    return choose_experiment(experiments_of(known), text).id


def _runs(store: Store, found: search.Found) -> Runs:
    runs = [Run(store, record, handle=found.handles[record.id]) for record in found.runs]
    names = cache(partial(search.names, store))
    return Runs(runs, found.warnings, removed=found.hidden, names=names)


def _families(store: Store, found: search.Found, which: Which) -> Runs:
    from mltrack.api.runs.families import families_of

    families = families_of(store, found, which)
    runs = [Run(store, run, handle=families.handles[run.id]) for run in families.runs]
    return Runs(
        runs,
        found.warnings,
        removed=found.hidden,
        depths=families.depths,
        names=cache(partial(search.names, store)),
    )
