"""What the catalog tells of the runs of each experiment, without reading one."""

import sqlite3
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from mltrack.tracking.experiment_fold import Counts

NEWEST = 5


class ExperimentRuns(NamedTuple):
    """The runs of an experiment in a few numbers; but for the name, removed ones are left out.

    Attributes:
        name: what the oldest of its runs calls it.
        by_status: how many of them have each status.
        newest: the ids of its newest runs, the newest first.
        latest: when the newest began, as the store writes time; None without runs.
    """

    name: str
    by_status: dict[str, int]
    newest: tuple[str, ...]
    latest: str | None


def runs_by_experiment(connection: sqlite3.Connection) -> dict[str, ExperimentRuns]:
    """Return the runs of each experiment that has any, by the experiment's id."""
    counts: dict[str, dict[str, int]] = {}
    rows = connection.execute(
        "SELECT experiment_id, status, sum(NOT deleted) FROM run GROUP BY experiment_id, status"
    )
    for experiment_id, status, count in rows:
        counts.setdefault(experiment_id, {}).update({status: count} if count else {})
    return {e: _told(connection, e, by_status) for e, by_status in counts.items()}


def _told(
    connection: sqlite3.Connection, experiment_id: str, by_status: dict[str, int]
) -> ExperimentRuns:
    newest = connection.execute(
        "SELECT id, started FROM run WHERE experiment_id = ? AND deleted = 0"
        " ORDER BY place DESC LIMIT ?",
        (experiment_id, NEWEST),
    ).fetchall()
    ids = tuple(run_id for run_id, _ in newest)
    name = name_of_experiment(connection, experiment_id)
    return ExperimentRuns(name, by_status, ids, newest[0][1] if newest else None)


def name_of_experiment(connection: sqlite3.Connection, experiment_id: str) -> str:
    """Return what the oldest run of an experiment calls it, else its id."""
    sql = "SELECT experiment FROM run WHERE experiment_id = ? ORDER BY place LIMIT 1"
    found = connection.execute(sql, (experiment_id,)).fetchone()
    return experiment_id if found is None else str(found[0])


def folders_by_date(connection: sqlite3.Connection) -> "dict[str, Counts]":
    """Return for each experiment and date how many folders its runs have."""
    counts: dict[str, Counts] = {}
    rows = connection.execute(
        "SELECT experiment_id, substr(id, 1, 8), sum(folders) FROM run GROUP BY 1, 2"
    )
    for experiment_id, date, folders in rows:
        counts.setdefault(experiment_id, {})[date] = folders
    return counts
