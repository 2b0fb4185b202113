"""Runs as rows: what JSON has of a run, what filters look at, what a listing shows."""

from collections.abc import Iterable
from typing import Any, NamedTuple

from mltrack.query.columns import all_columns, columns_for
from mltrack.query.keys import metric_key, value_of
from mltrack.store import clock
from mltrack.store.journal import jsonable
from mltrack.tracking.entities import MetricSummary, RunRecord

Row = dict[str, Any]


class Table(NamedTuple):
    """Rows, and which columns of them to show, in order."""

    rows: list[Row]
    columns: list[str]


def summary_row(record: RunRecord) -> Row:
    """Return what a listing shows of a run, ready for JSON."""
    return {
        "id": record.id,
        "name": record.name,
        "experiment": record.experiment,
        "status": str(record.status),
        "started": clock.to_text(record.started.timestamp()),
        "ended": clock.to_text(record.ended.timestamp()) if record.ended else None,
        "params": jsonable(dict(record.params)),
        "metrics": jsonable({name: summary.last for name, summary in record.metrics.items()}),
        "tags": jsonable(dict(record.tags)),
    }


def full_row(record: RunRecord) -> Row:
    """Return what runs are filtered and sorted by, ready for JSON."""
    return {
        **summary_row(record),
        "experiment_id": record.experiment_id,
        "user": record.user,
        "host": record.host,
        "parent": record.parent,
        "job": record.job,
        "inputs": jsonable({name: dict(facts) for name, facts in record.inputs.items()}),
        "summaries": jsonable({n: _summary_json(s) for n, s in record.metrics.items()}),
    }


def who_ran(record: RunRecord) -> Row:
    """Return who ran a run, where and when."""
    return {
        "id": record.id,
        "name": record.name,
        "experiment": record.experiment,
        "status": str(record.status),
        "user": record.user,
        "user_source": record.user_source,
        "host": record.host,
        "started": clock.to_text(record.started.timestamp()),
        "deleted": record.hidden,
    }


def code_row(record: RunRecord) -> Row:
    """Return which code a run ran, as far as that is known."""
    known = ("commit", "branch", "tree", "base", "dirty", "remote", "patch", "masked_lines")
    row: Row = jsonable({key: record.code[key] for key in known if key in record.code})
    return row


def _summary_json(summary: MetricSummary) -> Row:
    return {k: getattr(summary, k) for k in ("last", "last_step", "min", "max", "count")}


def whole_table(records: Iterable[RunRecord]) -> Table:
    """Return all that a listing can show of runs, for programs."""
    rows = [summary_row(record) for record in records]
    return Table(rows, all_columns(rows))


def telling_table(records: Iterable[RunRecord], *, best: str | None = None) -> Table:
    """Return what tells runs apart, for people.

    Args:
        records: the runs.
        best: what they were sorted by, such as `acc` or `min loss`; it gets a column of its own.
    """
    rows = [full_row(record) for record in records]
    if best is None:
        return Table(rows, columns_for(rows))
    key = metric_key(best)
    with_best = [row | {str(key): value_of(row, key)} for row in rows]
    return Table(with_best, columns_for(rows, first=str(key)))
