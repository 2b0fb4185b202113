"""What is required of the answers of a catalog."""

from mltrack.store.store import Store
from mltrack.tracking.catalog import search
from mltrack.tracking.catalog.session import Session
from mltrack.tracking.catalog.wanted import Which
from tests.support.catalog import EVERYTHING, misfiled, told, without_catalog


def require_the_same(store: Store) -> list[str]:
    """Require that the catalog answers as the files do, and return the ids of the runs."""
    expected = without_catalog(store)
    found = search.search(store, EVERYTHING)
    assert told(found) == expected
    newest = search.newest(store, 3, which=Which.ALL)
    assert [repr(run) for run in newest.runs] == expected["runs"][:3]
    assert newest.handles.items() <= expected["handles"].items()
    assert misfiled(store) == []
    return [run.id for run in found.runs]


def read_anew(store: Store) -> list[str]:
    """Return the ids of the runs that a search reads although it has just read them all."""

    def act(session: Session) -> list[str]:
        session.ask(session.days, lambda: None)
        return sorted(session._apart)

    search.search(store, EVERYTHING)
    return search.consult(store, act)
