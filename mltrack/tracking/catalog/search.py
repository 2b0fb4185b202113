"""Find runs: each function here answers for the files as they are at that moment."""

from collections.abc import Callable, Mapping
from functools import partial
from typing import TYPE_CHECKING, NamedTuple, TypeVar

from mltrack.progress import Share, nobody
from mltrack.store.database import consulted
from mltrack.store.store import Store
from mltrack.tracking.catalog.experiments import ExperimentRuns
from mltrack.tracking.catalog.schema import SCHEMA
from mltrack.tracking.catalog.session import Session
from mltrack.tracking.catalog.wanted import Wanted, Which
from mltrack.tracking.entities import RunRecord

if TYPE_CHECKING:
    from mltrack.query.naming import Names, Order
    from mltrack.tracking.experiment_fold import ExperimentState

Answer = TypeVar("Answer")
_TIMES_MORE = 4
_LAST_DAYS = 7


class Found(NamedTuple):
    """Runs, and what else a listing tells.

    Attributes:
        runs: the runs that were asked for, in order.
        handles: the handle of each by its id, cut to as few letters as tell it from all others.
        warnings: a line for each thing that is not as it should be.
        broken: the ids of the runs that could not be read.
        experiments: the experiments of which anything was said, by id.
        hidden: how many runs were left out because they, or their experiment, were removed.
    """

    runs: list[RunRecord]
    handles: dict[str, str]
    warnings: list[str]
    broken: list[str]
    experiments: "dict[str, ExperimentState]"
    hidden: int


class Experiments(NamedTuple):
    """All experiments: what their runs are, and what was said of them, by id; handles by run id."""

    runs: dict[str, ExperimentRuns]
    states: "dict[str, ExperimentState]"
    handles: dict[str, str]


def consult(store: Store, act: Callable[[Session], Answer], tell: Share = nobody) -> Answer:
    """Return what `act` answers from the catalog of a store, wherever that can be kept."""
    return consulted(store.root, SCHEMA, lambda connection: act(Session(store, connection, tell)))


def search(
    store: Store,
    wanted: Wanted,
    tell: Share = nobody,
    *,
    narrow: Callable[[Experiments], str] | None = None,
    order: "Callable[[Names], Order] | None" = None,
) -> Found:
    """Return the runs that are wanted, after a look at every run of the store.

    Args:
        store: the store.
        wanted: which runs.
        tell: is told how far the reading of many runs has come.
        narrow: chooses the experiment to which the runs must belong, and returns its id.
        order: returns what they are sorted by, given what gives the names of a group.

    Raises:
        UsageError: no run has a key that is asked for, or a value is of another kind.
    """

    def act(session: Session) -> Found:
        refined = wanted
        if narrow is not None:
            refined = refined._replace(experiment_id=narrow(_experiments(session)))
        if order is not None:
            refined = refined._replace(order=order(session.answers.names))
        return _found(session, refined)

    return consult(store, lambda session: session.ask(session.days, lambda: act(session)), tell)


def newest(store: Store, limit: int, *, which: Which = Which.SHOWN) -> Found:
    """Return the newest runs, after a look at those of the last days only.

    The warnings are of these days; `hidden` is right where fewer runs are found than asked for.
    """

    def act(session: Session) -> Found:
        count = len(session.days) if session.needs_all else 1
        while True:
            days = session.days[:count]
            wanted = Wanted(limit=limit, which=which, since=days[-1] if days else None)
            found = session.ask(days, partial(_found, session, wanted))
            if len(found.runs) >= limit or count >= len(session.days):
                return found
            count *= _TIMES_MORE

    return consult(store, act)


def children_of(store: Store, run_id: str) -> list[RunRecord]:
    """Return the runs that belong to a run and were not removed, oldest first."""
    return search(store, Wanted(parent=run_id)).runs[::-1]


def list_runs(store: Store, *, deleted: bool = False, tell: Share = nobody) -> Found:
    """Return all runs; those that were removed, or whose experiment was, only when asked for."""
    return search(store, Wanted(which=Which.ALL if deleted else Which.SHOWN), tell)


def experiments(store: Store, tell: Share = nobody) -> Experiments:
    """Return all experiments, after a look at every run of the store."""
    return consult(
        store, lambda session: session.ask(session.days, lambda: _experiments(session)), tell
    )


def names(store: Store, section: str) -> list[str]:
    """Return the keys of params, metrics or tags that runs have, sorted."""

    def act(session: Session) -> list[str]:
        return session.ask(session.days, lambda: session.answers.names(section))

    return consult(store, act)


def known_names(store: Store, *sections: str) -> dict[str, list[str]]:
    """Return the keys of sections that runs have, as far as they were read before, or are new."""

    def act(session: Session) -> dict[str, list[str]]:
        names = session.answers.names
        return session.ask(_last(session), lambda: {one: names(one) for one in sections})

    return consult(store, act)


def known_experiments(store: Store) -> Experiments:
    """Return the experiments of runs that were read before, or are new."""
    return consult(
        store, lambda session: session.ask(_last(session), lambda: _experiments(session))
    )


def _last(session: Session) -> list[int]:
    """Return the days to look at where it is to take no longer the more runs there are."""
    return session.days if session.needs_all else session.days[:_LAST_DAYS]


def hidden(store: Store) -> tuple[int, int]:
    """Return how many runs were removed, and how many others went with their experiment."""
    return consult(store, lambda session: session.ask(session.days, session.answers.hidden))


def handles(store: Store, run_ids: list[str]) -> dict[str, str]:
    """Return runs' handles by id, cut to as few letters as tell each from all others."""
    return consult(store, lambda session: session.census.handles(run_ids))


def ids_beginning_with(store: Store, letters: str) -> list[str]:
    """Return the ids that begin with some letters, or whose handle does, newest first."""

    def act(session: Session) -> list[str]:
        found = session.census.beginning_with(letters)
        if not found:
            session.census.bring_up_to_date(store.layout, anew=True)
            found = session.census.beginning_with(letters)
        return found

    return consult(store, act)


def _found(session: Session, wanted: Wanted) -> Found:
    answers, states = session.answers, session.experiments
    records = [answers.record(number) for number in answers.numbers(wanted)]
    broken, warnings = session.faults()
    is_full = wanted.since is not None and len(records) == wanted.limit
    return Found(
        runs=[_in_experiment(record, states) for record in records],
        handles=session.census.handles([r.id for r in records]),
        warnings=[*warnings, *session.warnings_of_experiments()],
        broken=broken,
        experiments=states,
        hidden=0 if wanted.which is not Which.SHOWN or is_full else sum(answers.hidden()),
    )


def _in_experiment(record: RunRecord, states: Mapping[str, "ExperimentState"]) -> RunRecord:
    state = states.get(record.experiment_id)
    return record.in_experiment(state.name, deleted=state.deleted) if state else record


def _experiments(session: Session) -> Experiments:
    runs = session.runs_by_experiment()
    newest_runs = [run_id for told in runs.values() for run_id in told.newest]
    return Experiments(runs, session.experiments, session.census.handles(newest_runs))
