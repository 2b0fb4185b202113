"""Which runs a report is about: those that are named, or those that a search finds."""

from collections.abc import Sequence
from dataclasses import dataclass, field

from mltrack.api.runs.run import Run
from mltrack.api.runs.runs import distinct_runs
from mltrack.api.runs.search import search_runs
from mltrack.api.runs.search_options import NarrowOptions
from mltrack.errors import NotFoundError, UsageError
from mltrack.progress import Share, nobody

NEWEST = 100
"""So many runs are in a report unless it is said otherwise."""
MOST = 5_000
"""A page of more would be too large for a browser."""
_ORDERS = ("max", "min", "sort")
_WORDS = {
    "experiment": "experiment {}",
    "where": "where {}",
    "status": "status {}",
    "since": "begun since {}",
    "tag": "tagged {}",
    "mine": "run by who made this page",
    "parent": "that belong to {}",
    "deleted": "also removed ones",
    "rev": "as {} has them",
    "branch": "added in {}",
    "max": "highest {} first",
    "min": "lowest {} first",
    "sort": "sorted by {}",
}
"""How each wish of a search reads in the heading of a page."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Chosen:
    """Which runs a report is about.

    Attributes:
        runs: selectors; where there are any, no search narrows them.
        narrow: what `search_runs` takes, such as `where`, `experiment` or `max`.
        limit: at most so many of them are shown; None means all.
    """

    runs: Sequence[str] = ()
    narrow: NarrowOptions = field(default_factory=NarrowOptions)
    limit: int | None = None

    @property
    def best(self) -> str:
        """Return the metric whose highest or lowest value is best; empty where none was named."""
        return self.narrow.get("max") or self.narrow.get("min") or ""

    @property
    def highest(self) -> bool:
        """Tell whether the highest value is best."""
        return bool(self.narrow.get("max"))

    @property
    def filters(self) -> list[str]:
        """Return the wishes that leave runs out, whatever their experiment."""
        ways = {*_ORDERS, "experiment"}
        return [name for name, wish in self.narrow.items() if wish and name not in ways]


@dataclass(frozen=True, slots=True, kw_only=True)
class Found:
    """The runs of a report, how they were chosen in words, and the warnings of that."""

    runs: tuple[Run, ...]
    words: str
    warnings: tuple[str, ...] = ()


def chosen_by(runs: str | Sequence[str], narrow: NarrowOptions, limit: int | None) -> Chosen:
    """Return a choice of runs.

    Raises:
        UsageError: runs are named, and looked for as well.
    """
    chosen = Chosen(
        runs=(runs,) if isinstance(runs, str) else tuple(runs), narrow=narrow, limit=limit
    )
    if chosen.runs and any(wish for name, wish in narrow.items() if name not in {"max", "min"}):
        raise _contradiction()
    return chosen


def _contradiction() -> UsageError:
    return UsageError(
        "runs that are named cannot be narrowed or sorted",
        fix="name runs, or look for them with --where, --experiment, --max and such, not both",
    )


def named_runs(chosen: Chosen) -> tuple[Run, ...]:
    """Return the runs that are named, each once."""
    return tuple(distinct_runs(chosen.runs))


def runs_of_page(chosen: Chosen, progress: Share = nobody) -> Found:
    """Return the runs of a page: the newest of the latest experiment where nothing was said.

    Raises:
        NotFoundError: there is no such run, or none at all.
        UsageError: these are more than a page can hold, or runs are named and ranked.
    """
    if chosen.runs and chosen.best:
        raise _contradiction()
    if chosen.runs:
        found = Found(runs=named_runs(chosen), words=f"runs {' '.join(chosen.runs)}")
    else:
        found = _searched(chosen, progress)
    if not found.runs:
        raise NotFoundError(
            f"no runs to report: {found.words}", fix="mltrack ls shows what there is"
        )
    if len(found.runs) > MOST:
        raise UsageError(
            f"a report holds {MOST:,} runs at most, and these are {len(found.runs):,}",
            fix="narrow them: --limit 1000, or --where FILTER",
        )
    return found


def _searched(chosen: Chosen, progress: Share) -> Found:
    narrow = chosen.narrow.copy()
    if not (narrow.get("experiment") or chosen.filters):
        newest = search_runs(limit=1)
        narrow["experiment"] = newest[0].record.experiment_id if newest else None
    found = search_runs(**narrow, limit=chosen.limit, progress=progress)
    if found and narrow.get("experiment"):
        narrow["experiment"] = found[0].record.experiment
    said = dict(narrow)
    words = [_WORDS[name].format(_said(said[name])) for name in _WORDS if said.get(name)]
    words += [f"at most {chosen.limit}"] if chosen.limit == len(found) else []
    return Found(
        runs=tuple(found), words=", ".join(words) or "there are none yet", warnings=found.warnings
    )


def _said(wish: object) -> str:
    return " and ".join(map(str, wish)) if isinstance(wish, list | tuple) else str(wish)
