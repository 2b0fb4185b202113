"""Remove what a plan says, looking once more at each thing at the last moment."""

import contextlib
import shutil
from pathlib import Path

from mltrack.errors import MltrackError
from mltrack.gc.entities import Collected, Item, Kind, Plan
from mltrack.gc.objects import put_back, take_away
from mltrack.gc.runs import is_deleted
from mltrack.progress import Progress, silent
from mltrack.store.atomic import unused
from mltrack.store.layout import refuse_links
from mltrack.store.locks import locked
from mltrack.store.store import Store
from mltrack.tracking.reader import load_run

_TOLD_EVERY = 1_000


def collect(store: Store, plan: Plan, *, progress: Progress = silent) -> Collected:
    """Remove what can go; what somebody uses again by now stays.

    Runs go first: an object that only they name goes after them, or stays if this is killed.

    Raises:
        ConflictError: another removal is at work, or the store is of a newer format.
    """
    store.prepare()
    removed: list[Item] = []
    passed_over: list[Item] = []
    failures: list[str] = []
    with locked(store.layout.lock("gc")):
        put_back(store.layout)
        for done, item in enumerate(plan.items, 1):
            try:
                gone = _remove(store, item, plan.before)
            except OSError as error:
                failures.append(f"{item.kind} {item.name}: {error.strerror or error}")
                gone = False
            (removed if gone else passed_over).append(item)
            if done % _TOLD_EVERY == 0:
                progress(f"removed {done} of {len(plan.items)}")
    return Collected(
        removed=tuple(removed), passed_over=tuple(passed_over), failures=tuple(failures)
    )


def _remove(store: Store, item: Item, before: float) -> bool:
    if item.kind is Kind.RUN:
        return _remove_run(store, item)
    (path,) = item.paths
    if item.kind is Kind.OBJECT:
        return take_away(path, store.layout, before=before)
    _remove_tree(refuse_links(path))
    return True


def _remove_run(store: Store, item: Item) -> bool:
    """Remove the folders of a run that is still deleted, each in one rename, its own the last."""
    try:
        record = load_run(store, item.name)
    except MltrackError:
        return False
    if not is_deleted(store, record):
        return False
    for path in item.paths:
        if refuse_links(path).is_dir():
            aside = unused(refuse_links(store.layout.tmp))
            path.rename(aside)
            _remove_tree(aside)
            with contextlib.suppress(OSError):
                path.parent.rmdir()
                path.parent.parent.rmdir()
    return True


def _remove_tree(path: Path) -> None:
    if path.is_dir() and not path.is_symlink():
        shutil.rmtree(path)
    else:
        path.unlink(missing_ok=True)
