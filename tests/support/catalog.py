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


def lies(store: Store) -> list[str]:
    """Return a line for each run that the catalog tells otherwise than its files, again and again.

    Somebody may be writing: what it tells after the files were read is held against them, and a
    difference counts only where it told the same before.
    """
    before, files, after = (
        told(search.search(store, EVERYTHING)),
        without_catalog(store),
        told(search.search(store, EVERYTHING)),
    )
    if before != after or after == files:
        return []
    return [f"the catalog lies: {line}" for line in set(after["runs"]) ^ set(files["runs"])] or [
        "the catalog lies"
    ]
