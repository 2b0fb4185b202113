"""Make the catalog as new as the files, and ask it: every answer is of the files as they are."""

import sqlite3
from collections.abc import Callable, Mapping, Sequence
from functools import cached_property
from typing import TYPE_CHECKING, TypeVar

from mltrack.progress import Share
from mltrack.store.store import Store
from mltrack.tracking.catalog.answers import Answers
from mltrack.tracking.catalog.census import Census
from mltrack.tracking.catalog.experiments import (
    ExperimentRuns,
    folders_by_date,
    name_of_experiment,
    runs_by_experiment,
)
from mltrack.tracking.catalog.keeping import Keeping, can_be_known_again
from mltrack.tracking.catalog.known_days import Changes, KnownDays
from mltrack.tracking.catalog.reading import Reading, ToRead, read_all
from mltrack.tracking.catalog.stamps import Day, Stamp, days_of, look

if TYPE_CHECKING:
    from mltrack.store.events import Events
    from mltrack.tracking.experiment_fold import ExperimentState

Answer = TypeVar("Answer")
AT_ONCE = 4_000
"""How many runs are kept in one transaction, so that a long reading is not for nothing."""
_TURNS = 3
_MANY = 1_000
_WRITING_KIB = 64 * 1024
"""How much of the tables is held in memory while many runs are kept: their values are anywhere."""


class Session:
    """One connection to the catalog of a store, and what was seen of its files meanwhile.

    What may change without a trace (live runs, what is broken, what has just been written) is read
    each time and laid over the tables for the moment of the answer; nothing of it is kept.
    """

    def __init__(self, store: Store, connection: sqlite3.Connection, tell: Share) -> None:
        self._store = store
        self._connection = connection
        self._tell = tell
        self._days = KnownDays(connection, store.layout)
        self._keeping = Keeping(connection, self._days)
        self._folders = dict(days_of(store.layout))
        self._seen: dict[int, Day] = {}
        self._apart: dict[str, Reading] = {}
        self._said = _said_of_experiments(store)
        self.census = Census(connection)
        self.census.bring_up_to_date(store.layout)
        self.answers = Answers(connection)
        self.experiments: dict[str, ExperimentState] = {}

    @property
    def days(self) -> list[int]:
        """Return all days that have runs, newest first."""
        return list(self._folders)

    @cached_property
    def needs_all(self) -> bool:
        """Tell whether all days must be looked at: what was removed must have seen all its runs."""
        if not self._said:
            return False
        from mltrack.tracking.deletion import deletions_standing

        return any(deletions_standing(said.events) for said in self._said.values())

    def ask(self, days: Sequence[int], act: Callable[[], Answer]) -> Answer:
        """Return what `act` answers while the tables are as the files of these days are."""
        for day in days:
            if day not in self._seen:
                self._seen[day] = look(self._store.layout, day, self._folders[day])
        turn = 0
        while True:
            self._connection.execute("BEGIN IMMEDIATE" if self._apart else "BEGIN")
            try:
                changes = self._changes(days)
                if not changes:
                    self._keeping.lay_over(self._apart.values())
                    self.experiments = self._states()
                    self.answers.take_experiments(self.experiments)
                    return act()
            finally:
                if self._connection.in_transaction:
                    self._connection.execute("ROLLBACK")
            self._mend(changes, keep=turn < _TURNS)
            turn += 1

    def runs_by_experiment(self) -> dict[str, ExperimentRuns]:
        """Return what there is to tell of the runs of each experiment that has any."""
        return runs_by_experiment(self._connection)

    def warnings_of_experiments(self) -> list[str]:
        """Return a line for each thing that is not as it should be with what was said of them."""
        return [
            f"experiment {state.name or name_of_experiment(self._connection, found)}: {line}"
            for found, state in self.experiments.items()
            for line in state.warnings
        ]

    def faults(self) -> tuple[list[str], list[str]]:
        """Return the ids of the runs that could not be read, and a line for each warning."""
        read = sorted(self._apart.values(), key=lambda reading: reading.run_id, reverse=True)
        warnings: list[str] = []
        for run_id, record, _, fault, _ in read:
            if record is not None:
                warnings += [f"run {run_id}: {line}" for line in record.warnings]
            elif fault:
                warnings.append(f"run {run_id} cannot be read: {fault}")
        return [reading.run_id for reading in read if reading.fault], warnings

    def _changes(self, days: Sequence[int]) -> dict[int, Changes]:
        """Return how days differ from what is known of them, but for what is laid over."""
        found: dict[int, Changes] = {}
        vanished = [day for day in self._days.days() if day not in self._folders]
        for day in (*days, *vanished):
            seen = self._seen.setdefault(day, Day(day))
            stale, gone = self._days.changes(seen)
            stale = [run_id for run_id in stale if run_id not in self._apart]
            if stale or gone:
                found[day] = Changes(stale, gone)
        return found

    def _mend(self, changes: Mapping[int, Changes], *, keep: bool) -> None:
        """Read what changed, and keep of it what can be known again."""
        wanted: list[ToRead] = []
        for day, change in changes.items():
            writers, said = self._seen[day].writers_of(), self._seen[day].said_of()
            wanted += [ToRead(r, writers.get(r, []), said.get(r, [])) for r in change.stale]
        gone = {day: change.gone for day, change in changes.items() if change.gone}
        if not keep:  # another process keeps what it saw at another moment, again and again
            self._apart |= {found.run_id: found for found in read_all(self._store, wanted)}
            wanted = []
        if len(wanted) > _MANY:
            self._connection.execute(f"PRAGMA cache_size = -{_WRITING_KIB}")
        some: list[Reading] = []
        for done, reading in enumerate(read_all(self._store, wanted), start=1):
            some.append(reading)
            self._tell(done, len(wanted), "runs")
            if len(some) == AT_ONCE:
                self._keep(some, gone)
                some, gone = [], {}
        self._keep(some, gone)

    def _keep(self, readings: Sequence[Reading], gone: Mapping[int, list[str]]) -> None:
        """Keep what was read, but for what is laid over."""
        kept: dict[int, list[Reading]] = {day: [] for day in gone}
        stamps: dict[int, Mapping[str, Stamp]] = {}
        for reading in readings:
            day = int(reading.run_id[:8])
            if day not in stamps:
                stamps[day] = self._seen[day].stamp_of()
            stamp = stamps[day][reading.run_id]
            if can_be_known_again(reading, stamp, self._seen[day].looked_ns):
                kept.setdefault(day, []).append(reading)
            else:
                self._apart[reading.run_id] = reading
        if not kept:
            return
        self._connection.execute("BEGIN IMMEDIATE")
        for day, of_day in kept.items():
            self._keeping.keep(self._seen[day], of_day, gone.get(day, ()))
        self._connection.execute("COMMIT")

    def _states(self) -> "dict[str, ExperimentState]":
        """Return what was said of each experiment of which anything was."""
        if not self._said:
            return {}
        from mltrack.tracking import experiment_fold

        counts = folders_by_date(self._connection) if self.needs_all else {}
        return {
            experiment_id: experiment_fold.state_of(said, counts.get(experiment_id, {}))
            for experiment_id, said in self._said.items()
        }


def _said_of_experiments(store: Store) -> "Mapping[str, Events]":
    if not store.layout.experiments_said_of():
        return {}
    from mltrack.tracking import experiment_fold

    return experiment_fold.read_events(store)
