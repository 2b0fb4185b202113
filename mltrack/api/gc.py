"""Make room: remove old deleted runs, and objects that nothing names any more."""

from mltrack.api.store import opened_store
from mltrack.gc.age import age_seconds
from mltrack.gc.entities import Collected, Item, Plan
from mltrack.gc.planning import planned
from mltrack.gc.removal import collect
from mltrack.progress import Share, nobody
from mltrack.store import clock

OLDER_THAN = "30d"


def plan_gc(older_than: str = OLDER_THAN, *, force: bool = False, progress: Share = nobody) -> Plan:
    """Return what can go, and remove nothing.

    Args:
        older_than: how old it must be, such as `30d` or `8w`; at least 14 days.
        force: go on where git has only a part of the history, a linked work tree is not there, or a
            manifest is damaged: what they name may go.
        progress: is told how much of git was read.

    Raises:
        UsageError: the age is none, or too short.
        ConflictError: git did not answer, or cannot know what is still named.
        NotFoundError: there is no store.
    """
    before = clock.now() - age_seconds(older_than)
    return planned(opened_store(), before=before, force=force, progress=progress)


def collect_garbage(plan: Plan, *, progress: Share = nobody) -> Collected:
    """Remove what a plan says; what somebody uses again by now stays.

    Raises:
        ConflictError: another removal is at work.
    """
    return collect(opened_store(), plan, progress=progress)


def moment_of(item: Item) -> str:
    """Return the moment from which an item's age is counted, as the store writes time."""
    return clock.to_text(item.since)
