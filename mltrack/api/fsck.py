"""Check a store and what git is about to take of it, and mend what can be mended."""

from collections.abc import Iterable, Sequence

from mltrack.api.selectors import select_runs
from mltrack.api.store import opened_store, start_folder
from mltrack.fsck.check import check
from mltrack.fsck.entities import Repair, Report
from mltrack.fsck.repair import repair
from mltrack.fsck.staged import check_index
from mltrack.progress import Share, nobody
from mltrack.store.ids import handle_of
from mltrack.store.store import Store


def check_store(runs: Iterable[str] = (), *, progress: Share = nobody) -> Report:
    """Look at every file of the store and return what is wrong; nothing is written.

    Args:
        runs: selectors of runs; with some, only these are looked at.
        progress: is told how far the work has come.

    Raises:
        NotFoundError: there is no store, or no such run.
    """
    store = opened_store()
    return check(store, _ids(store, list(runs)), progress=progress)


def repair_store(
    runs: Iterable[str] = (), *, dry_run: bool = False, progress: Share = nobody
) -> Repair:
    """Mend what can be mended, move to quarantine what cannot, and return what is left.

    Args:
        runs: selectors of runs; with some, only these are mended.
        dry_run: say what would be done, and do nothing.
        progress: is told how far the work has come.

    Raises:
        NotFoundError: there is no store, or no such run.
        ConflictError: the store's format is newer than this mltrack writes.
        IntegrityError: its config.yaml cannot be understood.
        StoreWriteError: the store cannot be written to.
    """
    store = opened_store()
    return repair(store, _ids(store, list(runs)), dry_run=dry_run, progress=progress)


def check_staged() -> Report:
    """Return what is wrong with what is staged of every store in this git work tree.

    Raises:
        UsageError: this is no git work tree, or git gave no answer.
    """
    return check_index(start_folder())


def _ids(store: Store, texts: Sequence[str]) -> list[str]:
    """Return the ids of runs, of such too as cannot be read."""
    if not texts:
        return []
    known = [run_id for run_id, _ in store.layout.runs()]
    found: list[str] = []
    for text in texts:
        named = [r for r in known if text in {r, handle_of(r)}]
        named = named or [r for r in known if len(text) > 1 and handle_of(r).startswith(text)]
        found += named if len(named) == 1 else [r.id for r in select_runs(store, [text])]
    return found
