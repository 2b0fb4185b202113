"""Which importer a source is for: each kind is a module with the names that `Importer` lists."""

from collections.abc import Sequence
from typing import Protocol

from mltrack.errors import NotFoundError, UsageError, nearest
from mltrack.importers import stores
from mltrack.importers.entities import Imported, Request
from mltrack.store.store import Store


class Importer(Protocol):
    """What a module must have to be an importer."""

    NAME: str

    def recognises(self, request: Request) -> bool:
        """Tell whether a source looks like one of this kind, without changing anything."""

    def bring(self, store: Store, request: Request) -> Imported:
        """Import all that is in a source; doing it again brings nothing twice."""


IMPORTERS: Sequence[Importer] = (stores,)


def chosen(request: Request, kind: str | None) -> Importer:
    """Return the importer of this kind, or the one that recognises the source.

    Raises:
        UsageError: there is no such kind.
        NotFoundError: nobody recognises the source.
    """
    names = [importer.NAME for importer in IMPORTERS]
    if kind is not None:
        found = next((i for i in IMPORTERS if kind == i.NAME), None)
        if found is None:
            raise UsageError(
                f"there is no importer for {kind!r}{nearest(kind, names)}",
                fix=f"--from takes {', '.join(names)}",
            )
        return found
    found = next((i for i in IMPORTERS if i.recognises(request)), None)
    if found is None:
        raise NotFoundError(
            f"nothing that can be imported was found at {request.source!r:.200}",
            fix="name a folder that holds .mltrack, a zip file of runs, or user@host:path",
        )
    return found
