"""What can be asked for when runs are looked for: the words of `search_runs`."""

from collections.abc import Sequence
from datetime import datetime
from typing import TypedDict

from mltrack.progress import Share


class NarrowOptions(TypedDict, total=False):
    """Which runs, and in which order; what each means stands at `search_runs`."""

    where: str | None
    max: str | None
    min: str | None
    sort: str | None
    experiment: str | None
    status: str | None
    since: str | datetime | None
    tag: str | Sequence[str]
    mine: bool
    parent: str | None
    deleted: bool
    rev: str | None
    branch: str | None


class SearchOptions(NarrowOptions, total=False):
    """The same, with how many and who is told of the reading."""

    limit: int | None
    children: bool
    progress: Share
