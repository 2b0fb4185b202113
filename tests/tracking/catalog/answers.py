"""Ask a store with its catalog, and without one, and compare the answers."""

from contextlib import closing
from typing import Any

from mltrack.progress import nobody
from mltrack.store import database
from mltrack.store.store import Store
from mltrack.tracking.catalog import search
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


def require_the_same(store: Store) -> list[str]:
    """Require that the catalog answers as the files do, and return the ids of the runs."""
    expected = without_catalog(store)
    found = search.search(store, EVERYTHING)
    assert told(found) == expected
    newest = search.newest(store, 3, which=Which.ALL)
    assert [repr(run) for run in newest.runs] == expected["runs"][:3]
    assert newest.handles.items() <= expected["handles"].items()
    return [run.id for run in found.runs]


def read_anew(store: Store) -> list[str]:
    """Return the ids of the runs that a search reads although it has just read them all."""

    def act(session: Session) -> list[str]:
        session.ask(session.days, lambda: None)
        return sorted(session._apart)

    search.search(store, EVERYTHING)
    return search.consult(store, act)
