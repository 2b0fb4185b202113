"""What can be asked of the catalog."""

from enum import StrEnum
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from mltrack.query.keys import Key
    from mltrack.query.naming import Order
    from mltrack.query.tree import Filter


class Which(StrEnum):
    """Whether runs are meant that were removed: `removed` ones were so themselves."""

    SHOWN = "shown"
    REMOVED = "removed"
    ALL = "all"


class Wanted(NamedTuple):
    """Which runs are wanted, and in what order: the newest first where nothing else is said.

    Attributes:
        where: the filter as it was written, to point at where it goes wrong.
        condition: the same, read.
        best: what they are ranked by.
        highest: whether the highest comes first, not the lowest.
        ranked_only: leave out the runs that have no number to be ranked by.
        order: what they are sorted by instead, missing values last.
        limit: at most so many.
        experiment_id: only runs of this experiment.
        parent: only runs that belong to this one.
        status: only runs that stand so.
        since: only runs of this day, such as 20260131, or later.
        beginning: only runs whose handle or id begins with these letters.
        which: those that listings show, those that were removed, or all.
    """

    where: str = ""
    condition: "Filter | None" = None
    best: "Key | None" = None
    highest: bool = True
    ranked_only: bool = False
    order: "Order | None" = None
    limit: int | None = None
    experiment_id: str | None = None
    parent: str | None = None
    status: str | None = None
    since: int | None = None
    beginning: str = ""
    which: Which = Which.SHOWN
