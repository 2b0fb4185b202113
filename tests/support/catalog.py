"""Ask a store with its catalog, and without one, and compare the answers."""

import sqlite3
from contextlib import closing
from typing import Any

from mltrack.progress import nobody
from mltrack.store import database
from mltrack.store.store import Store
from mltrack.tracking.catalog import rows, search
from mltrack.tracking.catalog.schema import SCHEMA
from mltrack.tracking.catalog.session import Session
from mltrack.tracking.catalog.wanted import Wanted, Which

EVERYTHING = Wanted(which=Which.ALL)


def told(found: search.Found) -> dict[str, Any]:
    """Return what is to be the same with and without a catalog."""
    return found._asdict() | {"runs": [repr(run) for run in found.runs]}


def without_catalog(store: Store, wanted: Wanted = EVERYTHING) -> dict[str, Any]:
    """Return what is found by reading every file anew."""
    with closing(database._connected(":memory:", SCHEMA)) as connection:
        session = Session(store, connection, nobody)
        return told(session.ask(session.days, lambda: search._found(session, wanted)))


def lies(store: Store) -> list[str]:
    """Return a line for each run that the catalog tells otherwise than its files, again and again.

    Somebody may be writing: what it tells after the files were read is held against them, and a
    difference counts only where it told the same before.
    """
    before = told(search.search(store, EVERYTHING))
    files = without_catalog(store)
    after = told(search.search(store, EVERYTHING))
    differing = set(after["runs"]) ^ set(files["runs"]) or {"in what it tells beside the runs"}
    wrong = differing if before == after != files else set()
    return [f"the catalog lies: {line}" for line in (*wrong, *misfiled(store))]


def misfiled(store: Store) -> list[str]:
    """Return a line for each value by which a run can be found and that its record has not."""

    def act(session: Session) -> list[str]:
        return session.ask(session.days, lambda: _misfiled(session._connection))

    return search.consult(store, act)


def _misfiled(connection: sqlite3.Connection) -> list[str]:
    wanted: set[tuple[object, ...]] = set()
    for number, run_id in connection.execute("SELECT n, id FROM run").fetchall():
        record = rows.record_of(connection, number)
        wanted |= {(number, run_id, "document")} if record.id != run_id else set()
        for value in rows._values_of(record):
            wanted.add((number, value.section, value.name, *value.kept))
        for name, summary in record.metrics.items():
            ends = (rows._number(rows.kept(end)) for end in (summary.min, summary.max))
            wanted.add((number, "metrics", name, *(rows.kept(summary.last) or ()), *ends))
    found = {
        *connection.execute(
            "SELECT n, section, name, kind, value FROM value LEFT JOIN key USING(k)"
        ),
        *connection.execute(
            "SELECT n, section, name, kind, value, low, high FROM metric LEFT JOIN key USING(k)"
        ),
    }
    return [f"{row}" for row in wanted ^ found]
