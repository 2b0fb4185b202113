"""Remove what a plan says, looking once more at each thing at the last moment."""

import contextlib
import shutil
from collections.abc import Sequence
from pathlib import Path

from mltrack.errors import MltrackError
from mltrack.gc.entities import Collected, Item, Kind, Plan
from mltrack.gc.objects import is_any_set_aside, put_back, take_away
from mltrack.gc.runs import is_deleted
from mltrack.progress import Share, nobody
from mltrack.store.atomic import unused
from mltrack.store.layout import refuse_links
from mltrack.store.locks import locked
from mltrack.store.store import Store
from mltrack.tracking.reader import load_run


def collect(store: Store, plan: Plan, *, progress: Share = nobody) -> Collected:
    """Remove what can go; what somebody uses again by now stays.

    Runs go first: an object that only they name goes after them, or stays if this is killed.

    Raises:
        ConflictError: another removal is at work, or the store is of a newer format.
    """
    if not plan.items and not is_any_set_aside(store.layout):
        return Collected()
    store.prepare()
    removed: list[Item] = []
    passed_over: list[Item] = []
    failures: list[str] = []
    with locked(store.layout.lock("gc")):
        returned = put_back(store.layout)
        for done, item in enumerate(plan.items, 1):
            try:
                gone = _remove(store, item, plan.before, removed)
            except OSError as error:
                failures.append(f"{item.kind} {item.name}: {error.strerror or error}")
                gone = False
            (removed if gone else passed_over).append(item)
            progress(done, len(plan.items), "things removed")
    return Collected(
        removed=tuple(removed),
        passed_over=tuple(passed_over),
        failures=tuple(failures),
        put_back=returned,
    )


def _remove(store: Store, item: Item, before: float, removed: Sequence[Item]) -> bool:
    if item.kind is Kind.RUN:
        return _remove_run(store, item)
    (path,) = item.paths
    if item.kind is Kind.OBJECT:
        gone = {other.name for other in removed if other.kind is Kind.RUN} if item.runs else set()
        return gone >= set(item.runs) and take_away(path, store.layout, before=before)
    _remove_tree(refuse_links(path))
    return True


def _remove_run(store: Store, item: Item) -> bool:
    """Remove the folders of a run, unless it is deleted no more when they are out of the way."""
    try:
        record = load_run(store, item.name)
    except MltrackError:
        return False
    aside = [(path, _set_aside(path, store)) for path in item.paths if is_deleted(store, record)]
    if not is_deleted(store, record):
        for path, moved in aside:
            if moved is not None:
                moved.rename(path)
        return False
    for path, moved in aside:
        if moved is not None:
            _remove_tree(moved)
            _remove_if_empty(path.parent)
    return True


def _set_aside(path: Path, store: Store) -> Path | None:
    """Move a folder to `tmp` in one rename and return where it is; None where there is none."""
    if not refuse_links(path).is_dir():
        return None
    aside = unused(refuse_links(store.layout.tmp))
    path.rename(aside)
    return aside


def _remove_if_empty(day: Path) -> None:
    with contextlib.suppress(OSError):
        day.rmdir()
        day.parent.rmdir()


def _remove_tree(path: Path) -> None:
    if path.is_dir() and not path.is_symlink():
        shutil.rmtree(path)
    else:
        path.unlink(missing_ok=True)
